package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See that the linked image starts from its AOT cache, its plugins in layers of their own notwithstanding. */
class AotCacheIT {
    /** The virtual machine ends with an error when it cannot use the cache. */
    private static final String REQUIRED = "-XX:AOTMode=on";

    @TempDir
    private Path folder;

    @Test
    void aWorkerWithEveryPluginStartsFromTheCache() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        for (String plugin : List.of("json-schema", "opentelemetry")) {
            copy(Tasker.IMAGE.resolve("optional").resolve(plugin), plugins.resolve(plugin));
        }
        Path loaded = folder.resolve("loaded.log");
        String options = REQUIRED + " -Xlog:class+load:file=" + loaded;

        try (Tasker worker = Tasker.start(withOptions(
                options,
                "run",
                "--plugins",
                plugins.toString(),
                "--set",
                "worker.durable-transport=none",
                "--set",
                "observability.port=0"))) {
            worker.await("is up after");
            worker.await("PayloadValidator: json-schema");
            worker.signal("TERM");
            assertThat(worker.awaitExit()).as(worker.err()).isEqualTo(143);
        }

        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes)
                .as("ours and those of the libraries")
                .anyMatch(line ->
                        line.matches(".* tasker.nativecore.WorkerSystemBuilder source: .*shared objects file.*"))
                .anyMatch(line -> line.matches(".* tasker.bootstrap.cli.RunCommand source: .*shared objects file.*"))
                .anyMatch(line -> line.matches(".* picocli.CommandLine source: .*shared objects file.*"));
        assertThat(classes)
                .as("those of the plugins, which no training run can know")
                .anyMatch(line -> line.matches(".* tasker.plugins.jsonschema.JsonSchemaValidator source: .*"));
        assertThat(classes.stream().filter(line -> line.contains("shared objects file")))
                .as("nearly all")
                .hasSizeGreaterThan(classes.size() * 3 / 4);
    }

    @Test
    void anOptionThatChangesTheGraphOfModulesIsWhatItCannotBear() throws Exception {
        String graph = "--module-path " + folder;

        try (Tasker refused = Tasker.start(withOptions(REQUIRED + " " + graph, "modules"));
                Tasker slower = Tasker.start(withOptions(graph, "modules"))) {
            assertThat(refused.awaitExit()).isNotZero();
            assertThat(slower.awaitExit()).as(slower.err()).isZero();
        }
    }

    private static List<String> withOptions(String options, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                "env",
                                "TASKER_JAVA_OPTS=" + options,
                                Tasker.IMAGE.resolve("bin/tasker").toString()),
                        Stream.of(arguments))
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
