package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Look at the linked image as it is shipped. */
class ImageIT {
    private static final long MIB = 1 << 20;

    @Test
    void theVersionIsPrinted() throws Exception {
        try (Tasker tasker = Tasker.run("--version")) {
            assertThat(tasker.out()).matches("tasker \\d+\\.\\d+\\.\\d+.*");
            assertThat(tasker.err()).isEmpty();
            assertThat(tasker.awaitExit()).isZero();
        }
    }

    @Test
    void withoutPostgresAndCacheItTakesAtMost60Mebibytes() throws IOException {
        long whole = sizeOf(Tasker.IMAGE);
        long extras = sizeOf(Tasker.IMAGE.resolve("plugins")) + Files.size(Tasker.IMAGE.resolve("lib/tasker.aot"));

        assertThat(whole - extras).isLessThanOrEqualTo(60 * MIB);
    }

    @Test
    void everyProviderIsListedWithItsModuleAndPlace() throws Exception {
        try (Tasker tasker = Tasker.run("modules")) {
            assertThat(tasker.out().lines())
                    .anyMatch(
                            line -> line.matches("DurableTransport +pgmq +active +tasker.events.pgmq .*runtime image"))
                    .anyMatch(line -> line.matches("FastTransport +inprocess +active .*runtime image"))
                    .anyMatch(line -> line.matches("DatabaseProvider +embedded-postgres +unused .*\\.jar"));
            assertThat(tasker.awaitExit()).isZero();
        }
    }

    @Test
    void aBrokenPluginIsNamedAndSkippedAndAllElseIsThere(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("broken.jar"), "this is no jar");
        try (Tasker tasker = Tasker.run("modules", "--plugins", folder.toString())) {
            assertThat(tasker.out()).contains("TASKER-P103", "broken.jar", "pgmq", "inprocess", "embedded-postgres");
            assertThat(tasker.awaitExit()).isZero();
        }
    }

    @Test
    void itStartsThroughASymbolicLink(@TempDir Path folder) throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("tk"), Tasker.IMAGE.resolve("bin/tasker"));
        Process process = new ProcessBuilder(link.toString(), "modules").start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out).contains("embedded-postgres");
    }

    @Test
    void theReferenceOfSettingsIsTheOneInTheDocumentation() throws Exception {
        try (Tasker tasker = Tasker.run("config", "--reference")) {
            assertThat(Files.readString(Path.of("../docs/configuration.md")).strip())
                    .as("docs/configuration.md; write it with: ./tasker config --reference > docs/configuration.md")
                    .isEqualTo(tasker.out().strip());
        }
    }

    @Test
    void onlyWhatTheModulesNeedIsLinked() throws Exception {
        Process process = new ProcessBuilder(Tasker.IMAGE.resolve("bin/java").toString(), "--list-modules").start();
        List<String> modules;
        try (var lines = process.inputReader().lines()) {
            modules = lines.map(line -> line.replaceFirst("@.*", "")).toList();
        }

        assertThat(modules)
                .contains("tasker.bootstrap", "tasker.events.pgmq", "tasker.observability", "org.postgresql.jdbc")
                .doesNotContainAnyElementsOf(Set.of("java.desktop", "java.net.http", "jdk.compiler", "java.rmi"));
    }

    private static long sizeOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(ImageIT::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
