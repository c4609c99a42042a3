package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Keep the services that a jar names for the class path in step with those that its descriptor provides.
 *
 * <p>Who puts our jars on a class path finds providers by {@code META-INF/services}, since a descriptor counts for
 * nothing there.
 */
class ServiceFilesTests {
    private static final Pattern PROVIDES =
            Pattern.compile("(?s)^    provides (\\S+) with\\s+(.*?);", Pattern.MULTILINE);

    @SuppressWarnings("unused") // named by @FieldSource
    static final List<Path> DESCRIPTORS = descriptors();

    @ParameterizedTest
    @FieldSource("DESCRIPTORS")
    void theClassPathFindsWhatTheModulePathDoes(Path descriptor) throws IOException {
        Path sources =
                Reactor.ROOT.resolve(descriptor).resolveSibling("../resources").normalize();

        assertThat(named(sources.resolve("META-INF/services")))
                .as("META-INF/services beside %s", descriptor)
                .isEqualTo(provided(Reactor.read(Reactor.ROOT.resolve(descriptor))));
    }

    @Test
    void allModulesAreLookedAt() {
        assertThat(DESCRIPTORS).hasSizeGreaterThanOrEqualTo(Reactor.FOLDERS.size());
        assertThat(DESCRIPTORS.stream().map(descriptor -> provided(Reactor.read(Reactor.ROOT.resolve(descriptor)))))
                .as("those that provide something")
                .filteredOn(services -> !services.isEmpty())
                .hasSizeGreaterThanOrEqualTo(7);
    }

    private static Map<String, List<String>> provided(String descriptor) {
        Map<String, List<String>> services = new TreeMap<>();
        for (MatchResult found : PROVIDES.matcher(descriptor).results().toList()) {
            services.put(
                    found.group(1), Stream.of(found.group(2).split("\\s*,\\s*")).toList());
        }
        return services;
    }

    private static Map<String, List<String>> named(Path folder) throws IOException {
        Map<String, List<String>> services = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    services.put(file.getFileName().toString(), Files.readAllLines(file));
                }
            }
        }
        return services;
    }

    private static List<Path> descriptors() {
        try (Stream<Path> files =
                Files.find(Reactor.ROOT, 6, (file, attributes) -> file.endsWith("src/main/java/module-info.java"))) {
            return files.map(Reactor.ROOT::relativize).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
