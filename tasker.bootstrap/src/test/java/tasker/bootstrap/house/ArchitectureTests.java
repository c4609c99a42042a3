package tasker.bootstrap.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Keep the rules of the house that the compiler does not check. */
class ArchitectureTests {
    @SuppressWarnings("unused") // named by @FieldSource
    static final List<String> FOLDERS = Reactor.FOLDERS;

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(Reactor.FOLDERS.stream().map(Reactor::classes).toList());

    /** A call of a logger, up to the end of its first text. */
    private static final Pattern LOG_CALL = Pattern.compile(
            "\\bLOG(?:GER)?\\s*\\.(?:trace|debug|info|warn|error|log|atLevel)\\([^;\"]*\"((?:[^\"\\\\]|\\\\.)*)");

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void everyModuleIsLookedAt(String folder) {
        assertThat(new ClassFileImporter().importPath(Reactor.classes(folder))).isNotEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("tasker.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("tasker.bootstrap..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(ALL);
    }

    @Test
    void exceptionsHaveCodes() {
        classes()
                .that()
                .areAssignableTo(RuntimeException.class)
                .should()
                .beAssignableTo("tasker.events.api.TaskerException")
                .check(ALL);
    }

    @Test
    void logLinesSpeakOneDialect() {
        List<String> lines = new ArrayList<>();
        for (String folder : Reactor.FOLDERS) {
            for (Path source : Reactor.sources(folder)) {
                LOG_CALL.matcher(Reactor.read(source))
                        .results()
                        .forEach(call -> lines.add(source.getFileName() + ": " + call.group(1)));
            }
        }

        assertThat(lines).hasSizeGreaterThan(20).allMatch(line -> line.matches(".*: event=[a-z][a-z_]*( .*)?"));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void classesAreSmall(String folder) {
        for (Path source : Reactor.sourcesAndTests(folder)) {
            assertThat(Reactor.read(source).lines().count())
                    .as("lines of %s; at 400 a class has two jobs", source)
                    .isLessThan(400);
        }
    }
}
