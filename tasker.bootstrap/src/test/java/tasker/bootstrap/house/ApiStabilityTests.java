package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Compare what the modules offer to others with what the last release did, as docs/api-stability.md has it.
 *
 * <p>The first line of a recorded file names the version that it is of, and whether that is released. Until the first
 * release every change is recorded; from then on the record stays as it is, and the version says what may change.
 */
class ApiStabilityTests {
    /** The modules that third parties compile against. */
    @SuppressWarnings("unused") // named by @FieldSource
    static final List<String> FOLDERS = List.of("tasker.events.api", "tasker.native", "tasker.testkit");

    private static final Path RECORDED = Path.of("src/test/api");
    private static final Pattern HEADER = Pattern.compile("# API of version (\\S+), (released|not released)\n");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void theApiIsThatOfTheLastReleaseOrTheVersionSaysOtherwise(String module) throws IOException {
        String version = version();
        SortedSet<String> current = ApiText.of(Reactor.classes(module));
        Path file = RECORDED.resolve(module + ".txt");
        Path fresh = Path.of("target/api").resolve(module + ".txt");
        Files.createDirectories(fresh.getParent());
        Files.writeString(
                fresh, "# API of version " + version + ", not released\n" + String.join("\n", current) + "\n");
        String recorded = Files.exists(file) ? Files.readString(file) : "# API of version 0.0.0, not released\n";
        Matcher header = HEADER.matcher(recorded);
        assertThat(header.lookingAt()).as("the first line of %s", file).isTrue();
        ApiChanges changes = ApiChanges.between(lines(recorded.substring(header.end())), current);

        assertThat(current).as("API of %s", module).hasSizeGreaterThan(50);
        if (header.group(2).equals("not released")) {
            assertThat(isTagged(header.group(1)))
                    .as("version %s has a tag; say 'released' in %s", header.group(1), file)
                    .isFalse();
            assertThat(changes.isEmpty())
                    .as(
                            "the API of %s has changed; when that is meant, copy %s to %s\n%s",
                            module, fresh, file, changes)
                    .isTrue();
        } else {
            assertThat(changes.mayBePartOf(header.group(1), version))
                    .as(
                            "the API of %s has changed since %s more than version %s may; see docs/api-stability.md\n%s",
                            module, header.group(1), version, changes)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                   | void a(); int f();     | adds an abstract method | true",
                "                                   | void a(); default int f() { return 1; } | adds a default | false",
                "int X = 2;                         | void a();              | changes a constant      | true",
                "int X = 1;                         | void a(int n);         | changes a parameter     | true",
                "int X = 1;                         | void a() throws Exception; | adds a throws clause | true",
                "int X = 1; interface Inner {}      | void a();              | adds a type             | false",
            })
    void aChangeIsToldFromOneThatBreaks(String fields, String methods, String what, boolean breaks) throws Exception {
        SortedSet<String> before = compiled("int X = 1;", "void a();");
        SortedSet<String> after = compiled(fields == null ? "int X = 1;" : fields, methods);
        ApiChanges changes = ApiChanges.between(before, after);

        assertThat(changes.isEmpty()).as(what).isFalse();
        assertThat(changes.breaking().isEmpty()).as("%s: %s", what, changes).isEqualTo(!breaks);
    }

    @Test
    void theSameApiIsNoChange() throws Exception {
        SortedSet<String> text = compiled("int X = 1;", "void a();");

        assertThat(text)
                .containsExactlyInAnyOrder(
                        "public interface given.Given",
                        "given.Given: public static final int X = 1;",
                        "given.Given: public abstract void a();");
        assertThat(ApiChanges.between(text, text).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0.1.0, 0.1.1, false, false",
        "0.1.0, 0.2.0, true, true",
        "0.9.0, 1.0.0, true, true",
        "1.2.0, 1.2.1, false, false",
        "1.2.0, 1.3.0, false, true",
        "1.2.0, 2.0.0, true, true",
        "1.2.0, 1.2.0, false, false",
        "1.2.0, 0.9.0, false, false"
    })
    void theVersionSaysWhatMayChange(String release, String version, boolean mayBreak, boolean mayAdd) {
        SortedSet<String> some = new TreeSet<>(List.of("a"));
        SortedSet<String> none = new TreeSet<>();

        assertThat(new ApiChanges(some, none).mayBePartOf(release, version)).isEqualTo(mayBreak);
        assertThat(new ApiChanges(none, some).mayBePartOf(release, version)).isEqualTo(mayAdd);
        assertThat(new ApiChanges(none, none).mayBePartOf(release, version)).isTrue();
    }

    private SortedSet<String> compiled(String fields, String methods) throws IOException {
        Path source = folder.resolve("Given.java");
        Files.writeString(source, "package given; public interface Given { " + fields + " " + methods + " }");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, "-d", classes.toString(), source.toString());
        assertThat(status).as("javac").isZero();
        return ApiText.of(ApiText.classesIn(classes.resolve("given")));
    }

    private static SortedSet<String> lines(String text) {
        return new TreeSet<>(text.lines().toList());
    }

    private static String version() {
        Matcher version = Pattern.compile("<artifactId>tasker.parent</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Reactor.read(Reactor.ROOT.resolve("pom.xml")));
        assertThat(version.find()).as("the version in pom.xml").isTrue();
        return version.group(1);
    }

    /** Whether the clone that this lies in, if it is one, has the release's tag. */
    private static boolean isTagged(String version) throws IOException {
        Path git = Reactor.ROOT.resolve(".git");
        Path packed = git.resolve("packed-refs");
        return Files.exists(git.resolve("refs/tags/v" + version))
                || (Files.exists(packed)
                        && Files.readString(packed).lines().anyMatch(line -> line.endsWith(" refs/tags/v" + version)));
    }
}
