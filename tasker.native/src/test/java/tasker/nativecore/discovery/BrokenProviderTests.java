package tasker.nativecore.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.testkit.PluginJar;
import tasker.nativecore.testkit.TestHandler;

/** Each test breaks one provider in one way; the good one beside it must be found all the same. */
class BrokenProviderTests {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void aGoodProviderIsFoundWithItsModuleVersionAndJar() {
        PluginJar plugin =
                new PluginJar(folder, "good").handler("Good", "good", "").compile();

        Finding.Found found = found(search(plugin.layer()), "good");

        assertThat(found.origin())
                .returns("good.Good", Origin::provider)
                .returns(plugin.jar().toString(), Origin::location);
        assertThat(found.origin().module()).contains("good");
        assertThat(found.origin().version()).contains("1.2.3");
    }

    @Test
    void aConstructorThatThrowsIsSkipped() {
        PluginJar plugin = beside("public Bad() { throw new IllegalStateException(\"no licence\"); }");

        Finding.Skipped skipped = theOneSkipped(plugin.layer());

        assertThat(skipped.problem())
                .startsWith("TASKER-P202")
                .contains("plugin.Bad", plugin.jar().toString(), "no licence");
        assertThat(skipped.origin().module()).contains("plugin");
    }

    @Test
    void aConstructorThatExhaustsTheStackOrTheHeapIsSkipped() {
        PluginJar deep = beside("public Bad() { new Bad(); }");
        PluginJar greedy = new PluginJar(folder, "greedy")
                .handler("Bad", "bad", "public Bad() { throw new OutOfMemoryError(\"too much\"); }")
                .handler("Good", "good", "")
                .compile();

        assertThat(theOneSkipped(deep.layer()).problem()).contains("TASKER-P202", "StackOverflowError");
        assertThat(theOneSkipped(greedy.layer()).problem()).contains("TASKER-P202", "too much");
    }

    @Test
    void aStaticInitialiserThatFailsIsSkipped() {
        PluginJar plugin = beside("static final int SIZE = Integer.parseInt(\"many\");");

        assertThat(theOneSkipped(plugin.layer()).problem())
                .startsWith("TASKER-P202")
                .contains("NumberFormatException", "many");
    }

    @Test
    void aPromisedClassThatIsMissingIsSkipped() throws IOException {
        PluginJar plugin = beside("");
        Files.delete(plugin.classFile("Bad"));

        Finding.Skipped skipped = theOneSkipped(plugin.layer());

        assertThat(skipped.problem()).startsWith("TASKER-P201").contains("plugin.Bad");
        assertThat(skipped.origin())
                .returns("plugin.Bad", Origin::provider)
                .returns(plugin.jar().toString(), Origin::location);
    }

    @Test
    void aLibraryThatIsMissingIsSkippedWithAdvice() throws IOException {
        PluginJar plugin = new PluginJar(folder, "plugin")
                .source("Library", "class Library { static int answer() { return 42; } }")
                .handler("Bad", "bad", "private final int answer = Library.answer();")
                .handler("Good", "good", "")
                .compile();
        Files.delete(plugin.classFile("Library"));

        assertThat(theOneSkipped(plugin.layer()).problem())
                .startsWith("TASKER-P202")
                .contains("plugin.Library", "put the library that holds the missing class beside it");
    }

    @Test
    void aClassOfANewerJavaIsSkippedWithAdvice() throws IOException {
        PluginJar plugin = beside("");
        byte[] bytes = Files.readAllBytes(plugin.classFile("Bad"));
        bytes[7] = (byte) 99;
        Files.write(plugin.classFile("Bad"), bytes);

        assertThat(theOneSkipped(plugin.layer()).problem())
                .startsWith("TASKER-P201")
                .contains(
                        "UnsupportedClassVersionError",
                        "build it for Java " + Runtime.version().feature());
    }

    @Test
    void aProviderOfTheWrongTypeIsSkipped() throws IOException {
        PluginJar plugin = beside("");
        PluginJar other = new PluginJar(folder.resolve("other"), "plugin")
                .source("Bad", "public class Bad {}")
                .compile();
        Files.copy(other.classFile("Bad"), plugin.classFile("Bad"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(theOneSkipped(plugin.layer()).problem())
                .startsWith("TASKER-P201")
                .contains("plugin.Bad", "StepHandler");
    }

    @Test
    void aClassFileOfGarbageIsSkipped() throws IOException {
        PluginJar plugin = beside("");
        Files.writeString(plugin.classFile("Bad"), "this is no class");

        assertThat(theOneSkipped(plugin.layer()).problem())
                .startsWith("TASKER-P201")
                .contains("ClassFormatError");
    }

    @Test
    void aNameThatIsMalformedMissingOrThrowsIsSkipped() {
        PluginJar plugin = new PluginJar(folder, "plugin")
                .handler("Shouting", "SHOUTING", "")
                .handler("Reserved", "worker", "")
                .handler("Good", "good", "")
                .provides("tasker.events.api.spi.HealthContributor", "Nameless")
                .source("Nameless", contributor("Nameless", "null"))
                .provides("tasker.events.api.spi.MetricsSource", "Thrower")
                .source(
                        "Thrower",
                        "public class Thrower implements MetricsSource { public String name() { throw new Error(\"who am"
                                + " I\"); } public void collect(MetricsSink sink) {} }")
                .compile();

        List<Finding> findings = search(plugin.layer());

        assertThat(skipped(findings))
                .extracting(Finding.Skipped::problem)
                .allMatch(problem -> problem.startsWith("TASKER-P203"))
                .anyMatch(problem -> problem.contains("'SHOUTING'"))
                .anyMatch(problem -> problem.contains("'worker', which the core keeps for itself"))
                .anyMatch(problem -> problem.contains("'null'"))
                .anyMatch(problem -> problem.contains("who am I"))
                .hasSize(4);
        found(findings, "good");
    }

    @Test
    void ofTwoServicesWithOneNameTheFirstIsKeptAndTheOtherNamesBoth() {
        PluginJar first =
                new PluginJar(folder, "first").handler("Good", "good", "").compile();
        PluginJar second = new PluginJar(folder, "second")
                .provides("tasker.events.api.spi.HealthContributor", "Twin")
                .source("Twin", contributor("Twin", "\"good\""))
                .compile();

        Discovery discovery = new Discovery(List.of(HealthContributor.class, StepHandler.class), Set.of(), LIMIT);
        discovery.search(List.of(first.layer(), second.layer()));

        assertThat(skipped(discovery.findings()))
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.problem())
                        .startsWith("TASKER-P204")
                        .contains(first.jar().toString(), second.jar().toString()));
        found(discovery.findings(), "good");
    }

    @Test
    void twoHandlersOfOneNameAreAnErrorThatNamesBothJars() {
        PluginJar first =
                new PluginJar(folder, "first").handler("A", "same", "").compile();
        PluginJar second =
                new PluginJar(folder, "second").handler("B", "same", "").compile();

        assertThatThrownBy(() -> search(first.layer(), second.layer()))
                .isInstanceOfSatisfying(
                        TaskerException.class, e -> assertThat(e.code()).isEqualTo("TASKER-P205"))
                .hasMessageContaining(first.jar().toString())
                .hasMessageContaining(second.jar().toString())
                .hasMessageContaining("'same'");
    }

    @Test
    void aHandlerThatWasHandedOverIsNotFoundAnew() {
        ModuleLayer layer = new PluginJar(folder, "first")
                .handler("A", "same", "")
                .compile()
                .layer();
        StepHandler mine = (StepHandler) found(search(layer), "same").service();
        Discovery discovery = new Discovery(List.of(StepHandler.class), Set.of(), LIMIT);

        discovery.add(mine);
        discovery.search(List.of(layer));

        assertThat(discovery.findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.Found.class,
                        found -> assertThat(found.service()).isSameAs(mine));
    }

    @Test
    void oneClassThatProvidesTwoTypesIsMadeOnce() {
        PluginJar plugin = new PluginJar(folder, "plugin")
                .provides("tasker.events.api.spi.HealthContributor", "Both")
                .provides("tasker.events.api.spi.MetricsSource", "Both")
                .source(
                        "Both",
                        "public class Both implements HealthContributor, MetricsSource { public String name() { return"
                                + " \"both\"; } public HealthReport check() { return HealthReport.healthy(Map.of()); }"
                                + " public void collect(MetricsSink sink) {} }")
                .compile();

        List<Finding> findings = search(plugin.layer());

        assertThat(findings)
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding)
                        .isInstanceOfSatisfying(
                                Finding.Found.class,
                                each -> assertThat(each.service())
                                        .isSameAs(((Finding.Found) findings.getFirst()).service())));
    }

    @Test
    void aServiceHandedOverComesBeforeThoseThatAreFound() {
        PluginJar plugin = new PluginJar(folder, "plugin")
                .provides("tasker.events.api.spi.HealthContributor", "Twin")
                .source("Twin", contributor("Twin", "\"mine\""))
                .compile();
        TestHandler mine = TestHandler.named("mine", context -> {
            throw new AssertionError("never run");
        });
        Discovery discovery = new Discovery(List.of(HealthContributor.class, StepHandler.class), Set.of(), LIMIT);
        discovery.add(mine);
        discovery.search(List.of(plugin.layer()));

        assertThat(found(discovery.findings(), "mine").service()).isSameAs(mine);
        assertThat(skipped(discovery.findings())).hasSize(1);
    }

    @Test
    void aServiceHandedOverWithABadNameIsRefused() {
        Discovery discovery = new Discovery(List.of(StepHandler.class), Set.of(), LIMIT);
        TestHandler bad = TestHandler.named("Bad Name", context -> {
            throw new AssertionError("never run");
        });

        assertThatThrownBy(() -> discovery.add(bad))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-P203 ")
                .hasMessageContaining("Bad Name");
    }

    private PluginJar beside(String members) {
        return new PluginJar(folder, "plugin")
                .handler("Bad", "bad", members)
                .handler("Good", "good", "")
                .compile();
    }

    private static String contributor(String simpleName, String name) {
        return "public class " + simpleName + " implements HealthContributor { public String name() { return " + name
                + "; } public HealthReport check() { return HealthReport.healthy(Map.of()); } }";
    }

    private static List<Finding> search(ModuleLayer... layers) {
        Discovery discovery = new Discovery(
                List.of(DurableTransport.class, HealthContributor.class, MetricsSource.class, StepHandler.class),
                Set.of("worker"),
                LIMIT);
        discovery.search(List.of(layers));
        return discovery.findings();
    }

    private static Finding.Skipped theOneSkipped(ModuleLayer layer) {
        List<Finding> findings = search(layer);
        found(findings, "good");
        List<Finding.Skipped> skipped = skipped(findings);
        assertThat(skipped).hasSize(1);
        return skipped.getFirst();
    }

    private static List<Finding.Skipped> skipped(List<Finding> findings) {
        return findings.stream()
                .filter(Finding.Skipped.class::isInstance)
                .map(Finding.Skipped.class::cast)
                .toList();
    }

    private static Finding.Found found(List<Finding> findings, String name) {
        return findings.stream()
                .filter(Finding.Found.class::isInstance)
                .map(Finding.Found.class::cast)
                .filter(found -> found.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not among " + findings));
    }
}
