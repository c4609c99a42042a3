package tasker.nativecore.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.testkit.PluginJar;

/** Block for ever where a provider is made; the good one beside it must be found all the same. */
class BlockingProviderTests {
    private static final String FOR_EVER = "new java.util.concurrent.Semaphore(0).acquireUninterruptibly();";

    @TempDir
    private Path folder;

    @Test
    void whatDoesNotReturnInTimeIsSkippedWithWhatToDo() {
        PluginJar plugin = new PluginJar(folder, "plugin")
                .handler("Constructor", "constructor", "public Constructor() { " + FOR_EVER + " }")
                .handler("Initialiser", "initialiser", "static { " + FOR_EVER + " }")
                .handler("Good", "good", "")
                .compile();
        // Long enough for the good one on a machine that is slow; this is what the test takes, twice.
        Discovery discovery = new Discovery(List.of(StepHandler.class), Set.of(), Duration.ofSeconds(4));

        discovery.search(List.of(plugin.layer()));

        assertThat(discovery.findings())
                .filteredOn(Finding.Found.class::isInstance)
                .extracting(finding -> ((Finding.Found) finding).name())
                .containsExactly("good");
        assertThat(discovery.findings())
                .filteredOn(Finding.Skipped.class::isInstance)
                .extracting(finding -> ((Finding.Skipped) finding).problem())
                .hasSize(2)
                .allMatch(problem -> problem.startsWith("TASKER-P210")
                        && problem.contains(plugin.jar().toString())
                        && problem.contains("within 4000 ms"))
                .anyMatch(problem -> problem.contains("plugin.Constructor"))
                .anyMatch(problem -> problem.contains("plugin.Initialiser"));
    }
}
