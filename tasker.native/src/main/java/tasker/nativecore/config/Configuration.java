package tasker.nativecore.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.Settings;

/**
 * Hold the layers that settings come from: defaults, a file, environment variables, flags, each stronger than the one
 * before.
 *
 * <p>Immutable. The values are checked by {@link #resolve}, when it is known which sections there are.
 */
public final class Configuration {
    private final Map<String, RawValue> file;
    private final Map<String, String> environment;
    private final Map<String, RawValue> flags;

    private Configuration(Builder builder) {
        file = new LinkedHashMap<>(builder.file);
        environment = new TreeMap<>(builder.environment);
        flags = new LinkedHashMap<>(builder.flags);
    }

    /** Start from the defaults alone. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Check every value and make them readable.
     *
     * <p>Sections of one name are read as one. Only the strongest value of a setting is checked, so that a flag can put
     * right what a file has wrong; keys are checked in every layer.
     *
     * @param sections every section there is
     * @throws TaskerException {@code TASKER-C103} for unknown keys, with the nearest known one, and {@code TASKER-C104}
     *     for values that are refused; one message names all of them, each with its source
     */
    public ResolvedConfiguration resolve(List<ConfigSection> sections) {
        return resolve(sections, false);
    }

    /**
     * Check every value and make them readable, as {@link #resolve(List)} does.
     *
     * @param sections every section there is
     * @param incomplete whether services were left out whose sections are therefore unknown: keys in unknown sections
     *     are then warnings ({@code TASKER-C107}), so that one broken plugin does not keep a worker from starting
     */
    public ResolvedConfiguration resolve(List<ConfigSection> sections, boolean incomplete) {
        return new Resolver(new KnownKeys(sections), file, environment, flags, incomplete).resolve();
    }

    /**
     * Read one section before it is known which others there are, such as one that says where plugins lie.
     *
     * @throws TaskerException {@code TASKER-C103} and {@code TASKER-C104}, as {@link #resolve}, for this section alone
     */
    public Settings section(ConfigSection section) {
        return resolveAlone(section).section(section.name());
    }

    /** Check every value of one section alone, as {@link #section} does, and tell where each came from. */
    public ResolvedConfiguration resolveAlone(ConfigSection section) {
        String prefix = section.name() + '.';
        return new Resolver(
                        new KnownKeys(List.of(section)),
                        startingWith(prefix, file),
                        startingWith(EnvironmentNames.of(prefix), environment),
                        startingWith(prefix, flags),
                        false)
                .resolve();
    }

    private static <V> Map<String, V> startingWith(String prefix, Map<String, V> values) {
        Map<String, V> some = new LinkedHashMap<>(values);
        some.keySet().removeIf(key -> !key.startsWith(prefix));
        return some;
    }

    /** Collect layers; for use by one thread. */
    public static final class Builder {
        private final Map<String, RawValue> file = new LinkedHashMap<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, RawValue> flags = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Read this TOML file; of several files, a later one is stronger.
         *
         * @throws TaskerException {@code TASKER-C101} when it cannot be read, {@code TASKER-C102} when it is not TOML
         */
        public Builder file(Path path) {
            file.putAll(TomlFile.read(path));
            return this;
        }

        /** Take the variables that start with {@code TASKER_}. */
        public Builder environment(Map<String, String> variables) {
            variables.forEach((name, value) -> {
                if (name.startsWith(EnvironmentNames.PREFIX)) {
                    environment.put(name, value);
                }
            });
            return this;
        }

        /**
         * Set one value from the command line or from a program.
         *
         * @param key the full key, such as {@code worker.namespace}
         * @param source where it came from, such as {@code --namespace}
         */
        public Builder flag(String key, String value, String source) {
            flags.put(key, RawValue.scalar(value, ConfigOrigin.FLAG, source));
            return this;
        }

        /** Build the configuration. */
        public Configuration build() {
            return new Configuration(this);
        }
    }
}
