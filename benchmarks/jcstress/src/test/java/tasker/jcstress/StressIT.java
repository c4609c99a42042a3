package tasker.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Run every stress test, for a second each in one configuration of the virtual machine; {@code run} takes longer. */
class StressIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long LIMIT_MINUTES = 20;

    @Test
    void threadsSeeNoOutcomeThatIsNotAllowed() throws Exception {
        Path results = Files.createDirectories(TARGET.resolve("jcstress"));
        Path output = results.resolve("output.txt");
        Process jcstress = new ProcessBuilder(command(results))
                .directory(results.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(jcstress.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("it ends")
                    .isTrue();
        } finally {
            jcstress.destroyForcibly();
        }

        // Tests for which the machine has too few processors are left out in silence, so the number is checked, too.
        long tests = stressTests();
        assertThat(tests).isPositive();
        assertThat(Files.readString(output))
                .contains(
                        tests + " planned; " + tests + " passed, 0 failed, 0 soft errs, 0 hard errs",
                        "Failed tests: No matches.",
                        "Error tests: No matches.");
        assertThat(jcstress.exitValue()).isZero();
    }

    private static List<String> command(Path results) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                TARGET.resolve("classes") + ":" + TARGET.resolve("lib") + "/*",
                "org.openjdk.jcstress.Main",
                "-af",
                "NONE",
                "-f",
                "1",
                "-fsm",
                "1",
                "-iters",
                "1",
                "-time",
                "1000",
                "-sc",
                "false",
                "-spinStyle",
                "THREAD_YIELD",
                "-jvmArgs",
                "-Xmx256m -XX:+UseSerialGC",
                "-r",
                results.toString());
    }

    private static long stressTests() throws IOException {
        try (Stream<Path> classes = Files.walk(TARGET.resolve("classes/tasker"))) {
            return classes.filter(file -> file.toString().endsWith("Stress.class"))
                    .count();
        }
    }
}
