package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a jar that is on its way into a plugin folder when the worker ends. */
class StagedJarTests {
    @TempDir
    private Path folder;

    private Path place;

    @BeforeEach
    void namePlace() {
        place = folder.resolve("geo.jar");
    }

    @Test
    void aReplacementThatADeadWorkerHadBegunIsUndone() throws IOException {
        Files.writeString(place, "old");
        die(staged -> staged.putInto(place));
        assertThat(place).hasContent("new");

        StagedJar.recover(List.of(folder));

        assertThat(place).hasContent("old");
        assertThat(files()).containsExactly("geo.jar");
    }

    @Test
    void anInstallationThatADeadWorkerHadBegunIsUndone() throws IOException {
        die(staged -> staged.putInto(place));
        assertThat(place).exists();

        StagedJar.recover(List.of(folder));

        assertThat(files()).isEmpty();
    }

    @Test
    void whatWasSettledOrHadNotBegunStaysAsItIs() throws IOException {
        Files.writeString(place, "old");
        die(staged -> {});
        StagedJar.recover(List.of(folder));
        assertThat(place).hasContent("old");

        die(staged -> {
            staged.putInto(place);
            staged.settle();
        });
        StagedJar.recover(List.of(folder));

        assertThat(place).hasContent("new");
        assertThat(files()).containsExactly("geo.jar");
    }

    @Test
    void whatAWorkerIsBusyWithIsLeftAlone() throws IOException {
        try (StagedJar staged = stage()) {
            staged.putInto(place);

            StagedJar.recover(List.of(folder));

            assertThat(place).hasContent("new");
            staged.undo();
        }
        assertThat(files()).isEmpty();
    }

    /** Do something with a staged jar, and leave the files that a worker leaves which is killed then. */
    private void die(Change change) throws IOException {
        try (StagedJar staged = stage()) {
            change.run(staged);
            Path own = Objects.requireNonNull(staged.file().getParent());
            Path dead = Files.createDirectory(folder.resolve(own.getFileName() + "-dead"));
            try (Stream<Path> files = Files.list(own)) {
                for (Path file : files.toList()) {
                    Files.copy(file, dead.resolve(file.getFileName()));
                }
            }
        }
    }

    private StagedJar stage() throws IOException {
        return StagedJar.write(folder, "geo.jar", new ByteArrayInputStream("new".getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** What is done before the worker dies. */
    @FunctionalInterface
    private interface Change {
        void run(StagedJar staged) throws IOException;
    }
}
