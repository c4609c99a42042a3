package tasker.nativecore.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.testkit.PluginJar;

/** Providers that stand in {@code META-INF/services}, as on a class path or in OSGi. */
class ClassPathProviderTests {
    @TempDir
    private Path folder;

    @Test
    void aMalformedServicesFileIsSkippedAndTheNextOneIsRead() throws Exception {
        Path malformed = services("malformed", "this is no class name");
        PluginJar good =
                new PluginJar(folder, "good").handler("Good", "good", "").compile();
        Path named = services("named", "good.Good\nlost.Provider\n");
        URL[] path = {url(malformed), url(named), url(good.classes())};

        try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
            List<Finding> findings = new ProviderScanner(Duration.ofMinutes(1)).classPath(StepHandler.class, loader);

            assertThat(findings).hasSize(3);
            assertThat(findings)
                    .anySatisfy(finding -> assertThat(finding)
                            .isInstanceOfSatisfying(Finding.Skipped.class, skipped -> {
                                assertThat(skipped.problem())
                                        .startsWith("TASKER-P201")
                                        .contains("Illegal");
                                assertThat(skipped.origin().provider())
                                        .isEqualTo("META-INF/services/tasker.events.api.spi.StepHandler");
                                assertThat(skipped.origin().location()).contains(malformed.toString());
                            }));
            assertThat(findings)
                    .anySatisfy(finding -> assertThat(finding)
                            .isInstanceOfSatisfying(
                                    Finding.Skipped.class,
                                    skipped -> assertThat(skipped.origin().provider())
                                            .isEqualTo("lost.Provider")));
            assertThat(findings)
                    .anySatisfy(finding -> assertThat(finding).isInstanceOfSatisfying(Finding.Found.class, found -> {
                        assertThat(found.name()).isEqualTo("good");
                        assertThat(found.origin().location())
                                .isEqualTo(good.classes().toString());
                        assertThat(found.origin().module()).isEmpty();
                    }));
        }
    }

    @Test
    void anIterationThatDoesNotEndIsCutOff() throws Exception {
        try (URLClassLoader endless = new Endless()) {
            List<Finding> findings = new ProviderScanner(Duration.ofMinutes(1)).classPath(StepHandler.class, endless);

            assertThat(findings)
                    .hasSizeLessThan(10)
                    .last()
                    .isInstanceOfSatisfying(
                            Finding.Skipped.class,
                            skipped -> assertThat(skipped.problem()).startsWith("TASKER-P206"));
        }
    }

    private Path services(String name, String text) throws IOException {
        Path file = folder.resolve(name).resolve("META-INF/services/tasker.events.api.spi.StepHandler");
        Files.createDirectories(folder.resolve(name).resolve("META-INF/services"));
        Files.writeString(file, text);
        return folder.resolve(name);
    }

    private static URL url(Path path) throws IOException {
        return path.toUri().toURL();
    }

    /** Never gets as far as a list of services files, so that every step of the iteration fails anew. */
    private static final class Endless extends URLClassLoader {
        Endless() {
            super(new URL[0], Endless.class.getClassLoader());
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            throw new IOException("the disk is gone");
        }
    }
}
