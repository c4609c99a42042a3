package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Opens;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Notice when a module descriptor changes.
 *
 * <p>A change that is meant is recorded by copying what the failing test prints into the golden file that it names.
 */
class ModuleDescriptorTests {
    private static final Path GOLDEN = Path.of("src/test/golden");

    @SuppressWarnings("unused") // named by @FieldSource
    static final List<String> FOLDERS = Reactor.FOLDERS;

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void aDescriptorIsAsItWasRecorded(String folder) throws IOException {
        ModuleDescriptor descriptor = descriptorOf(folder);
        Path golden = GOLDEN.resolve(descriptor.name() + ".txt");

        assertThat(describe(descriptor))
                .as("descriptor of %s; recorded in %s", folder, golden)
                .isEqualTo(Files.exists(golden) ? Files.readString(golden) : "nothing is recorded");
    }

    @Test
    void modulesDependOnlyAlongTheArrows() throws IOException {
        Map<String, Set<String>> allowed = Map.ofEntries(
                Map.entry("tasker.events.api", Set.of()),
                Map.entry("tasker.testkit", Set.of("tasker.events.api")),
                Map.entry("tasker.nativecore", Set.of("tasker.events.api")),
                Map.entry("tasker.events.inprocess", Set.of("tasker.events.api", "tasker.nativecore")),
                Map.entry("tasker.events.pgmq", Set.of("tasker.events.api", "tasker.nativecore")),
                Map.entry("tasker.observability", Set.of("tasker.events.api", "tasker.nativecore")),
                Map.entry("tasker.bootstrap", Set.of("tasker.events.api", "tasker.nativecore")),
                Map.entry("tasker.plugins.embeddedpostgres", Set.of("tasker.events.api")),
                Map.entry("tasker.plugins.jsonschema", Set.of("tasker.events.api")),
                Map.entry("tasker.plugins.opentelemetry", Set.of("tasker.events.api")),
                Map.entry("tasker.examples.orders", Set.of("tasker.events.api")));
        for (String folder : Reactor.FOLDERS) {
            ModuleDescriptor descriptor = descriptorOf(folder);

            assertThat(descriptor.requires())
                    .as("what %s requires", descriptor.name())
                    .map(Requires::name)
                    .filteredOn(name -> name.startsWith("tasker."))
                    .isSubsetOf(allowed.get(descriptor.name()));
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void theJavadocDescribesEachServiceInTheOrderOfTheDirectives(String folder) throws IOException {
        ModuleDescriptor descriptor = descriptorOf(folder);
        String source = Reactor.read(Reactor.ROOT.resolve(folder).resolve("src/main/java/module-info.java"));

        assertThat(described("provides", source))
                .containsExactlyElementsOf(descriptor.provides().stream()
                        .map(Provides::service)
                        .sorted()
                        .toList());
        assertThat(described("uses", source))
                .containsExactlyElementsOf(descriptor.uses().stream().sorted().toList());
    }

    /** The services that have a tag of this name with words after it. */
    private static List<String> described(String tag, String source) {
        return Pattern.compile("(?m)^ \\* @" + tag + " (\\S+) \\S.*$")
                .matcher(source)
                .results()
                .map(tagged -> tagged.group(1))
                .toList();
    }

    private static ModuleDescriptor descriptorOf(String folder) throws IOException {
        try (InputStream in = Files.newInputStream(Reactor.classes(folder).resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    private static String describe(ModuleDescriptor module) {
        Stream<String> requires = module.requires().stream().map(ModuleDescriptorTests::describe);
        Stream<String> exports = module.exports().stream().map(ModuleDescriptorTests::describe);
        Stream<String> opens = module.opens().stream().map(ModuleDescriptorTests::describe);
        Stream<String> uses = module.uses().stream().map(service -> "uses " + service);
        Stream<String> provides = module.provides().stream().map(ModuleDescriptorTests::describe);
        List<String> lines = Stream.of(requires, exports, opens, uses, provides)
                .flatMap(Stream::sorted)
                .toList();
        return "module " + module.name() + "\n" + String.join("\n", lines) + "\n";
    }

    private static String describe(Requires requires) {
        return "requires " + requires.name() + modifiers(requires.modifiers());
    }

    private static String describe(Exports exports) {
        return "exports " + exports.source() + targets(exports.targets());
    }

    private static String describe(Opens opens) {
        return "opens " + opens.source() + targets(opens.targets());
    }

    private static String describe(Provides provides) {
        return "provides " + provides.service() + " with " + String.join(", ", provides.providers());
    }

    private static String modifiers(Set<Requires.Modifier> modifiers) {
        return modifiers.stream()
                .sorted()
                .map(modifier -> " " + modifier.name().toLowerCase(Locale.ROOT))
                .reduce("", String::concat);
    }

    private static String targets(Set<String> targets) {
        return targets.isEmpty()
                ? ""
                : " to " + String.join(", ", targets.stream().sorted().toList());
    }
}
