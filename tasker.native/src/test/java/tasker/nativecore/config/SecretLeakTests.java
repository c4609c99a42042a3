package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.SettingKey;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.json.Json;

/**
 * Try to make the configuration show a secret, in many ways, chosen by a seed that the name of a failed test tells; run
 * one again with {@code -Dtasker.secrets.seed=…}.
 */
class SecretLeakTests {
    private static final int SEEDS = 40;
    private static final int CASES_A_SEED = 25;

    @TempDir
    Path folder;

    static Stream<Long> seeds() {
        Long fixed = Long.getLong("tasker.secrets.seed");
        long first = new Random().nextLong(1_000_000_000L);
        return fixed != null
                ? Stream.of(fixed)
                : Stream.iterate(first, seed -> seed + 1).limit(SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noSecretIsEverShown(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < CASES_A_SEED; i++) {
            Secrets secrets = new Secrets(random);
            Attack attack = Attack.of(secrets, random);
            String shown = attack.mount(folder.resolve("tasker.toml"));
            assertThat(shown)
                    .as("case %d of seed %d: %s", i, seed, attack)
                    .doesNotContain(Secrets.MARK)
                    .doesNotContainIgnoringCase(Secrets.ENCODED_MARK);
        }
    }

    /** Without this, a test that looks at nothing would pass, too. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsNoSecretIsShown(long seed) throws IOException {
        Random random = new Random(seed);
        String value = "plain" + random.nextInt(1_000_000);

        String shown = new Attack(Map.of("leaky.colour", value), random.nextBoolean() ? Layer.FLAG : Layer.ENVIRONMENT)
                .mount(folder.resolve("tasker.toml"));

        assertThat(shown).contains(value);
    }

    /** The layer that holds the secrets. */
    private enum Layer {
        FILE,
        ENVIRONMENT,
        FLAG;

        static Layer any(Random random) {
            return List.of(values()).get(random.nextInt(values().length));
        }
    }

    /**
     * Hold values with secrets in them.
     *
     * @param values by their full keys
     * @param layer where they stand
     */
    private record Attack(Map<String, String> values, Layer layer) {
        private static final List<String> KEYS = List.of(
                "database.url",
                "database.password",
                "leaky.password",
                "leaky.api-key",
                "leaky.auth-token",
                "leaky.pin",
                "leaky.secret",
                "leaky.brokers",
                "leaky.header",
                "leaky.json",
                "worker.namespace",
                "worker.polling-interval-ms",
                "worker.no-such-setting",
                "nowhere.password",
                "leaky.list");

        static Attack of(Secrets secrets, Random random) {
            Map<String, String> values = new HashMap<>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                values.put(key, secrets.valueOf(key));
            }
            return new Attack(values, Layer.any(random));
        }

        /** Everything that anyone gets to see of a worker with this configuration. */
        String mount(Path file) throws IOException {
            StringWriter shown = new StringWriter();
            ListAppender<ILoggingEvent> log = new ListAppender<>();
            Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            log.start();
            root.addAppender(log);
            try (WorkerSystem worker = WorkerSystem.builder(configuration(file))
                    .service(new LeakyPlugin())
                    .build()) {
                shown.write(Json.pretty(Map.of("settings", worker.settings(), "worker", worker.config())));
                shown.write(worker.settings().toString());
                worker.start();
                shown.write(Json.text(worker.health()));
            } catch (RuntimeException e) {
                e.printStackTrace(new PrintWriter(shown, true));
            } finally {
                root.detachAppender(log);
            }
            log.list.forEach(line -> {
                shown.write('\n' + line.getFormattedMessage());
                if (line.getThrowableProxy() != null) {
                    shown.write(ThrowableProxyUtil.asString(line.getThrowableProxy()));
                }
            });
            return shown.toString();
        }

        private Configuration configuration(Path file) throws IOException {
            Configuration.Builder builder = Configuration.builder();
            switch (layer) {
                case FILE -> builder.file(Files.writeString(file, toml()));
                case ENVIRONMENT -> {
                    Map<String, String> variables = new HashMap<>();
                    values.forEach((key, value) -> variables.put(EnvironmentNames.of(key), value));
                    builder.environment(variables);
                }
                case FLAG -> values.forEach((key, value) -> builder.flag(key, value, "--set"));
            }
            return builder.build();
        }

        private String toml() {
            StringBuilder toml = new StringBuilder();
            values.forEach((key, value) -> {
                String text = Json.text(value);
                String name = key.substring(key.indexOf('.') + 1);
                String section = key.substring(0, key.indexOf('.'));
                switch (Math.floorMod(value.hashCode(), 4)) {
                    case 0 -> toml.append(section + '.' + name + " = [" + text + ", " + text + "]\n");
                    case 1 -> toml.append(section + '.' + name + " = { inner = " + text + " }\n");
                    default -> toml.append(section + '.' + name + " = " + text + "\n");
                }
            });
            return toml.toString();
        }
    }

    /** A plugin that forgot to say which of its settings are secret, and repeats what it refuses. */
    private static final class LeakyPlugin implements MetricsSource {
        private static SettingKey<String> refusing(String name) {
            return SettingKey.parsed(name, "anything but this", "", "Is refused.", text -> {
                if (text.isEmpty()) {
                    return "";
                }
                throw text.length() % 2 == 0
                        ? new InvalidValueException(name, "is '" + text + "'; expected something else")
                        : new IllegalStateException("what is " + text);
            });
        }

        @Override
        public String name() {
            return "leaky";
        }

        @Override
        public List<SettingKey<?>> settings() {
            return List.of(
                    SettingKey.text("colour", "red", "What is shown."),
                    SettingKey.text("password", "", "Is not declared as secret."),
                    refusing("api-key"),
                    SettingKey.optionalText("auth-token", "Is not declared as secret."),
                    SettingKey.integer("pin", 1, 0, 9_999, "Is a number."),
                    SettingKey.secret("secret", "Is declared."),
                    SettingKey.optionalText("brokers", "Has URLs."),
                    refusing("header"),
                    SettingKey.optionalText("json", "Has an object."),
                    SettingKey.optionalText("list", "Has several."));
        }

        @Override
        public void collect(MetricsSink sink) {}
    }
}
