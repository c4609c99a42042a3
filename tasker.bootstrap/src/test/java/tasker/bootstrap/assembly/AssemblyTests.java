package tasker.bootstrap.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.TaskerException;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

class AssemblyTests {
    @TempDir
    Path home;

    @Test
    void anImageWithoutPluginsIsFine() {
        assertThat(skipped(Configuration.builder().build(), List.of())).isEmpty();
    }

    @Test
    void pluginsAreTakenFromTheImageAndFromNamedFolders() throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("plugins")).resolve("a.jar"), "junk");
        Path other = Files.createDirectories(home.resolve("other"));
        Files.writeString(other.resolve("b.jar"), "junk");

        assertThat(skipped(Configuration.builder().build(), List.of(other))).containsExactly("a.jar", "b.jar");
    }

    @Test
    void theConfiguredFolderReplacesTheImages() throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("plugins")).resolve("a.jar"), "junk");
        Path other = Files.createDirectories(home.resolve("other"));
        Files.writeString(other.resolve("b.jar"), "junk");
        Configuration configuration = Configuration.builder()
                .flag("plugins.directory", other.toString(), "--set")
                .build();

        assertThat(skipped(configuration, List.of())).containsExactly("b.jar");
    }

    @Test
    void aNamedFolderThatIsMissingIsAnError() {
        Path missing = home.resolve("missing");
        Assembly assembly = new Assembly(Configuration.builder().build(), new RuntimeHome(home), List.of(missing));

        assertThatThrownBy(assembly::builder)
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-P101")
                .hasMessageContaining(missing.toString());
    }

    private List<String> skipped(Configuration configuration, List<Path> folders) {
        try (WorkerSystem worker = new Assembly(configuration, new RuntimeHome(home), folders)
                .builder()
                .build()) {
            return worker.providers().stream()
                    .filter(report -> report.service().equals("Plugin"))
                    .map(ProviderReport::provider)
                    .toList();
        }
    }
}
