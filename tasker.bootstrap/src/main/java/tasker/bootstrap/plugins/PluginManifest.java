package tasker.bootstrap.plugins;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tasker.bootstrap.plugins.PluginRequirements.RequiredPlugin;

/**
 * Read what the manifests of a plugin's jars say beside its module descriptors.
 *
 * <ul>
 *   <li>{@code Tasker-Plugin}: its name, where that of the jar or folder will not do.
 *   <li>{@code Tasker-Api}: the versions of {@code tasker.events.api} that it was made for.
 *   <li>{@code Tasker-Requires}: the plugins whose packages it uses, such as {@code geo [1.0,2.0), maps}.
 * </ul>
 */
final class PluginManifest {
    static final String API = "Tasker-Api";
    static final String REQUIRES = "Tasker-Requires";

    private static final String NAME = "Tasker-Plugin";
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern COMMA = Pattern.compile(",(?![^\\[(]*[\\])])");
    private static final Pattern REQUIRED = Pattern.compile("(\\S+?)(?:\\s+(\\S.*))?");

    private final String plugin;
    private Optional<String> name = Optional.empty();
    private Optional<String> version = Optional.empty();
    private Optional<VersionRange> api = Optional.empty();
    private final List<RequiredPlugin> required = new ArrayList<>();

    private PluginManifest(String plugin) {
        this.plugin = plugin;
    }

    /**
     * Read the manifests of all jars.
     *
     * @throws RefusedException {@code TASKER-P117} when an attribute is malformed, or stands in two jars
     */
    static PluginManifest read(String plugin, List<PluginCopy.Jar> jars) throws IOException {
        PluginManifest all = new PluginManifest(plugin);
        for (PluginCopy.Jar jar : jars) {
            try (JarFile file = new JarFile(jar.copy().toFile())) {
                Manifest manifest = file.getManifest();
                if (manifest != null) {
                    all.add(jar.file(), manifest.getMainAttributes());
                }
            }
        }
        return all;
    }

    /** The plugin's name, if a manifest gives it one. */
    Optional<String> name() {
        return name;
    }

    /** The {@code Implementation-Version} of the jar that speaks of plugins, else of the first that has one. */
    Optional<String> version() {
        return version;
    }

    PluginRequirements requirements() {
        return new PluginRequirements(api, required);
    }

    private void add(String jar, Attributes attributes) {
        version = version.or(() -> value(attributes, Attributes.Name.IMPLEMENTATION_VERSION.toString()));
        value(attributes, NAME).ifPresent(text -> {
            if (name.isPresent()) {
                throw malformed(jar, NAME, text, "another jar of the plugin has it too, and a plugin has one name");
            }
            if (!NAMES.matcher(text).matches()) {
                throw malformed(jar, NAME, text, "a name has up to 64 letters, digits, '.', '_' and '-'");
            }
            name = Optional.of(text);
        });
        value(attributes, API).ifPresent(text -> {
            if (api.isPresent()) {
                throw malformed(jar, API, text, "another jar of the plugin has it too");
            }
            api = Optional.of(range(jar, API, text, text));
        });
        value(attributes, REQUIRES).ifPresent(text -> {
            COMMA.splitAsStream(text)
                    .map(each -> required(jar, text, each.strip()))
                    .forEach(required::add);
        });
    }

    private RequiredPlugin required(String jar, String text, String each) {
        Matcher parts = REQUIRED.matcher(each);
        if (!parts.matches() || !NAMES.matcher(parts.group(1)).matches()) {
            throw malformed(jar, REQUIRES, text, "'" + each + "' is no name of a plugin, with a version or a range");
        }
        String versions = parts.group(2);
        return new RequiredPlugin(
                parts.group(1), versions == null ? VersionRange.ANY : range(jar, REQUIRES, text, versions));
    }

    private VersionRange range(String jar, String attribute, String text, String range) {
        try {
            return VersionRange.parse(range);
        } catch (IllegalArgumentException e) {
            throw malformed(jar, attribute, text, "'" + range + "': " + e.getMessage());
        }
    }

    private RefusedException malformed(String jar, String attribute, String text, String problem) {
        return new RefusedException(
                "TASKER-P117",
                "plugin '" + plugin + "' has '" + attribute + ": " + text + "' in the manifest of " + jar
                        + ", which cannot be used: " + problem,
                "write it as in " + API + ": [1.0,2.0) or " + REQUIRES + ": geo [1.0,2.0), maps");
    }

    private static Optional<String> value(Attributes attributes, String name) {
        return Optional.ofNullable(attributes.getValue(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
