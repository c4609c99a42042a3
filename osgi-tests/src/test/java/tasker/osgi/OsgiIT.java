package tasker.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Run a worker in Felix, from our jars and their libraries as bundles, with a mediator and without.
 *
 * <p>In a process of its own, on whose class path our jars are not: a mediator looks there, too.
 */
class OsgiIT {
    private static final String LOG = "slf4j-(api|simple)-.*";
    private static final String JSON = "jackson-.*";
    private static final String OURS = "tasker\\..*";

    @TempDir
    private Path folder;

    @Test
    void eventsHealthAndMetricsPassThroughBundles() throws Exception {
        assertThat(run("no jar", "(asm|org\\.apache\\.aries\\.spifly).*", LOG, JSON, OURS))
                .contains(
                        "module=false", "polled=order.created", "health=HEALTHY", "published=1", "http=[observability]")
                .doesNotContain("failure=", "TASKER-P220");
    }

    /** The control: what passes above must fail here, or the mediator has no part in it. */
    @Test
    void withoutAMediatorNothingIsFoundAndTheErrorSaysWhy() throws Exception {
        // slf4j-api is a bundle that wants a mediator itself, so the log comes from the framework's own class path.
        assertThat(run(LOG, JSON, OURS))
                .contains("failure=TASKER-W201", "TASKER-P220", "SPI Fly")
                .doesNotContain("polled=");
    }

    /** Start these bundles; jars with the first name are on the class path instead. */
    private String run(String onClassPath, String... bundles) throws IOException, InterruptedException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith("test-classes")
                        || entry.contains("org.apache.felix.framework")
                        || Path.of(entry).getFileName().toString().matches(onClassPath))
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(
                        Stream.of(java, "-cp", classPath, Felix.class.getName(), folder.toString()),
                        Arrays.stream(bundles))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return output;
    }
}
