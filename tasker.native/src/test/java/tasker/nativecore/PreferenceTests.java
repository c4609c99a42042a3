package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.ProviderReport.Status;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.PluginJar;

/** Which of several providers a worker uses, and which it leaves out, when the configuration says so. */
class PreferenceTests {
    private static final String HEALTH = "tasker.events.api.spi.HealthContributor";

    private final Configuration.Builder configuration = Configuration.builder();

    @TempDir
    private Path folder;

    @Test
    void ofTwoServicesWithOneNameTheFirstIsKeptUnlessTheOtherIsPreferred() {
        List<ModuleLayer> layers = List.of(health("here"), health("there"));

        assertThat(active(layers)).containsExactly("here");
        configuration.flag("worker.prefer", "elsewhere.nowhere, there", "test");
        assertThat(active(layers)).containsExactly("there");
        configuration.flag("worker.prefer", "here.Geo, there", "test");
        assertThat(active(layers)).containsExactly("here");
    }

    @Test
    void ofTwoHandlersWithOneNameThePreferredOneRuns() throws Exception {
        List<ModuleLayer> layers = List.of(handler("first"), handler("second"));

        assertThatThrownBy(() -> builder(layers).build())
                .hasMessageStartingWith("TASKER-P205 ")
                .hasMessageContaining("worker.prefer");
        configuration.flag("worker.prefer", "second", "test");
        try (WorkerSystem worker = builder(layers).build()) {
            worker.start();

            assertThat(worker.submit(StepRequest.of("same", Map.of())).join().result())
                    .isEqualTo(StepResult.permanentFailure("second"));
        }
    }

    @Test
    void whatIsExcludedIsNeverMade() {
        ModuleLayer layer = new PluginJar(folder, "loud")
                .handler("Loud", "loud", "public Loud() { System.setProperty(\"loud.made\", \"yes\"); }")
                .compile()
                .layer();
        configuration.environment(Map.of("TASKER_WORKER_EXCLUDE", "loud"));
        WorkerSystem worker = builder(List.of(layer)).build();

        assertThat(System.getProperty("loud.made")).isNull();
        assertThat(worker.providers()).singleElement().satisfies(report -> {
            assertThat(report.status()).isEqualTo(Status.UNUSED);
            assertThat(report.problem().orElseThrow())
                    .startsWith("TASKER-P213 provider 'loud.Loud'")
                    .contains("worker.exclude (TASKER_WORKER_EXCLUDE) names 'loud'");
        });
    }

    @Test
    void aProviderThatCannotBeLoadedCanBeExcludedByItsClass() throws Exception {
        PluginJar jar =
                new PluginJar(folder, "torn").handler("Torn", "torn", "").compile();
        Files.write(jar.classFile("Torn"), new byte[] {1, 2, 3});
        ModuleLayer layer = jar.layer();
        configuration.flag("worker.exclude", "torn.Torn", "test");

        assertThat(builder(List.of(layer)).build().providers())
                .singleElement()
                .satisfies(report -> assertThat(report.problem().orElseThrow()).startsWith("TASKER-P213 "));
    }

    @Test
    void theReportsSayWhyATransportIsInUseAndWhyTheOthersAreNot() {
        List<ModuleLayer> layers = List.of(fast("alpha"), fast("beta"));
        configuration.flag("worker.prefer", "beta", "tasker.toml:3");

        assertThat(builder(layers).build().providers())
                .extracting(report -> report.name().orElseThrow() + " "
                        + report.status().text() + ": "
                        + report.choice().or(report::problem).orElseThrow())
                .containsExactly(
                        "beta active: worker.fast-transport = auto (default) takes the first of beta, alpha, ranked by"
                                + " worker.prefer (tasker.toml:3), then by place (program, runtime, plugins) and name",
                        "alpha unused: TASKER-P209 'alpha' is not in use: worker.fast-transport = auto (default) takes the"
                                + " first of beta, alpha, ranked by worker.prefer (tasker.toml:3), then by place (program,"
                                + " runtime, plugins) and name");
        configuration.flag("worker.fast-transport", "alpha", "--fast-transport");
        assertThat(builder(layers).build().providers())
                .extracting(report -> report.choice().or(report::problem).orElseThrow())
                .containsExactly(
                        "TASKER-P209 'beta' is not in use: worker.fast-transport = alpha (--fast-transport)",
                        "worker.fast-transport = alpha (--fast-transport)");
    }

    private WorkerSystemBuilder builder(List<ModuleLayer> layers) {
        return WorkerSystem.builder(configuration.build()).layers(layers);
    }

    /** The modules of the providers that are in use. */
    private List<String> active(List<ModuleLayer> layers) {
        return builder(layers).build().providers().stream()
                .filter(report -> report.status() == Status.ACTIVE)
                .map(report -> report.module().orElseThrow())
                .toList();
    }

    private ModuleLayer health(String module) {
        return new PluginJar(folder, module)
                .provides(HEALTH, "Geo")
                .source("Geo", """
                        public class Geo implements HealthContributor {
                            public String name() { return "geo"; }
                            public HealthReport check() { return HealthReport.healthy(Map.of()); }
                        }
                        """)
                .compile()
                .layer();
    }

    private ModuleLayer handler(String module) {
        return new PluginJar(folder, module)
                .provides("tasker.events.api.spi.StepHandler", "Same")
                .source("Same", """
                        public class Same implements StepHandler {
                            public String name() { return "same"; }
                            public StepResult handle(StepContext context) {
                                return StepResult.permanentFailure("%s");
                            }
                        }
                        """.formatted(module))
                .compile()
                .layer();
    }

    private ModuleLayer fast(String module) {
        return new PluginJar(folder, module)
                .provides("tasker.events.api.spi.FastTransport", "Fast")
                .source("Fast", """
                        public class Fast implements FastTransport {
                            public String name() { return "%s"; }
                            public DomainEventPublisher publisher() { throw new AssertionError(); }
                            public EventPoller subscribe(EventPattern pattern) { throw new AssertionError(); }
                            public EventPoller subscribe(EventPattern pattern, long at) { throw new AssertionError(); }
                            public Registration listen(
                                    String name,
                                    EventPattern pattern,
                                    java.util.function.Consumer<InProcessDomainEvent> listener) {
                                throw new AssertionError();
                            }
                            public java.util.concurrent.Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
                                throw new AssertionError();
                            }
                            public int capacity() { return 1; }
                            public long published() { return 0; }
                            public long dropped() { return 0; }
                            public int subscribers() { return 0; }
                        }
                        """.formatted(module))
                .compile()
                .layer();
    }
}
