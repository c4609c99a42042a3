package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Meeting;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.PluginJar;
import tasker.nativecore.testkit.TestHandler;

/** How services come and go while a worker runs. */
class LayerTests {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Configuration NOTHING = Configuration.builder().build();

    private final StepBench steps = new StepBench();

    @TempDir
    private Path folder;

    @Test
    void aHandlerIsThereFromTheAttachmentToTheDetachment() throws Exception {
        ModuleLayer layer = answering("one", "greet", "1");
        try (WorkerSystem worker = steps.start()) {
            List<ProviderReport> reports = worker.layers().attach(layer, NOTHING);

            assertThat(reports)
                    .singleElement()
                    .returns("StepHandler", ProviderReport::service)
                    .returns(ProviderReport.Status.ACTIVE, ProviderReport::status);
            assertThat(answer(worker, "greet")).isEqualTo("1");
            assertThat(worker.providers()).containsAll(reports);
            assertThat(worker.health().jvm().get("handlers")).isEqualTo(List.of("greet"));

            assertThat(worker.layers().detach(layer, LONG).isClean()).isTrue();

            assertThatThrownBy(() -> StepBench.run(worker, "greet")).hasMessageStartingWith("TASKER-S102");
            assertThat(worker.providers()).doesNotContainAnyElementsOf(reports);
            assertThat(worker.health().jvm().get("handlers")).isEqualTo(List.of());
        }
    }

    @Test
    void whatAHandlerHasCountedStaysAndGoesOnWhenItComesBack() throws Exception {
        PluginJar plugin = new PluginJar(folder, "counted")
                .handler("Counted", "counted", "")
                .compile();
        String series = "tasker_steps_total{handler=counted, outcome=success}";
        try (WorkerSystem worker = steps.start()) {
            for (long round = 1; round <= 3; round++) {
                ModuleLayer layer = plugin.layer(folder.resolve("counted-" + round + ".jar"));
                worker.layers().attach(layer, NOTHING);
                StepBench.run(worker, "counted");
                worker.layers().detach(layer, LONG);

                assertThat(worker.metrics().stepsProcessed()).isEqualTo(round);
                assertThat(new CollectedMetrics(worker).values()).containsEntry(series, round);
            }
        }
    }

    @Test
    void aLayerWhoseNameIsTakenIsRefusedAndChangesNothing() throws Exception {
        ModuleLayer taken = answering("taken", "greet", "2");
        PluginJar clash = new PluginJar(folder, "clash")
                .source(
                        "Clash",
                        "public class Clash implements HealthContributor { public String name() { return \"greet\"; }"
                                + " public HealthReport check() { return HealthReport.healthy(Map.of()); } }")
                .provides("tasker.events.api.spi.HealthContributor", "Clash")
                .compile();
        try (WorkerSystem worker = steps.start(TestHandler.named("greet", context -> version("1")))) {
            assertThatThrownBy(() -> worker.layers().attach(taken, NOTHING))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageContaining("TASKER-P205");
            assertThatThrownBy(() -> worker.layers().attach(clash.layer(), NOTHING))
                    .hasMessageContaining("TASKER-P204");

            assertThat(answer(worker, "greet")).isEqualTo("1");
            assertThat(worker.layers().has(taken)).isFalse();
        }
    }

    @Test
    void aLayerOfWhichOneServiceDoesNotStartRunsNotAtAll() throws Exception {
        PluginJar half = new PluginJar(folder, "half")
                .handler("Good", "good", "")
                .handler(
                        "Bad",
                        "zbad",
                        "public void start(WorkerContext c) { throw new IllegalStateException(\"no\"); }")
                .compile();
        ModuleLayer layer = half.layer();
        try (WorkerSystem worker = steps.start()) {
            assertThatThrownBy(() -> worker.layers().attach(layer, NOTHING))
                    .hasMessageContainingAll("TASKER-P222", "'zbad'", "half.jar", "IllegalStateException: no");

            assertThatThrownBy(() -> StepBench.run(worker, "good")).hasMessageStartingWith("TASKER-S102");
            assertThat(worker.health().components()).doesNotContainKeys("good", "zbad");
            assertThat(worker.layers().has(layer)).isFalse();
        }
    }

    @Test
    void itsSettingsAreReadWhenItComesAndShown() throws Exception {
        ModuleLayer layer = new PluginJar(folder, "settled")
                .source("Settled", """
                        public class Settled implements StepHandler {
                            static final SettingKey<String> WORD = SettingKey.text("word", "default", "A word.");
                            private String word = "";
                            public String name() { return "settled"; }
                            public List<SettingKey<?>> settings() { return List.of(WORD); }
                            public void start(WorkerContext context) { word = context.settings().get(WORD); }
                            public StepResult handle(StepContext context) {
                                return StepResult.success(Map.of("version", word));
                            }
                        }
                        """)
                .provides("tasker.events.api.spi.StepHandler", "Settled")
                .compile()
                .layer();
        Configuration configured =
                Configuration.builder().flag("settled.word", "hello", "test").build();
        Configuration wrong =
                Configuration.builder().flag("settled.wort", "hello", "test").build();
        try (WorkerSystem worker = steps.start()) {
            assertThatThrownBy(() -> worker.layers().attach(layer, wrong)).hasMessageContaining("TASKER-C103");
            worker.layers().attach(layer, configured);

            assertThat(answer(worker, "settled")).isEqualTo("hello");
            assertThat(worker.settings())
                    .anySatisfy(setting -> assertThat(setting.key()).isEqualTo("settled.word"));

            worker.layers().detach(layer, LONG);
            assertThat(worker.settings())
                    .noneSatisfy(setting -> assertThat(setting.key()).isEqualTo("settled.word"));
        }
    }

    @Test
    void whatRunsIsWaitedFor() throws Exception {
        ModuleLayer layer = waiting("patient", "slow", "1");
        try (Meeting meeting = new Meeting("slow");
                WorkerSystem worker = steps.start()) {
            worker.layers().attach(layer, NOTHING);
            CompletableFuture<StepOutcome> outcome = worker.submit(StepRequest.of("slow", Map.of()));
            meeting.awaitBegun();

            CompletableFuture<DetachReport> detached =
                    CompletableFuture.supplyAsync(() -> worker.layers().detach(layer, LONG));
            Await.until("no more steps are taken", () -> isRefused(worker, "slow"));
            assertThat(outcome).isNotDone();
            meeting.release();

            assertThat(detached.join().isClean()).isTrue();
            assertThat(outcome.join().result()).isEqualTo(version("1"));
        }
    }

    @Test
    void atTheBoundWhatRunsIsInterruptedAndWhatWaitsIsRefused() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "1", "test");
        ModuleLayer layer = waiting("bounded", "slow", "1");
        try (Meeting meeting = new Meeting("slow");
                WorkerSystem worker = steps.start()) {
            worker.layers().attach(layer, NOTHING);
            CompletableFuture<StepOutcome> running = worker.submit(StepRequest.of("slow", Map.of()));
            meeting.awaitBegun();
            CompletableFuture<StepOutcome> behind = worker.submit(StepRequest.of("slow", Map.of()));

            DetachReport report = worker.layers().detach(layer, Duration.ofMillis(1));

            assertThat(report).returns(2L, DetachReport::stepsInterrupted).returns(0L, DetachReport::stepsLost);
            assertThat(StepBench.failure(running))
                    .returns(StepResult.FailureKind.RETRYABLE, StepResult.Failure::kind)
                    .satisfies(failure -> assertThat(failure.reason()).contains("TASKER-S114", "was done"));
            assertThat(StepBench.failure(behind).reason()).contains("TASKER-S114", "could start");
            Await.until("every place is free again", () -> worker.metrics().stepsInProgress() == 0);
        }
    }

    @Test
    void stepsOfAQueueAreGivenBackAtTheBound() throws Exception {
        MemoryStepQueue queue = new MemoryStepQueue(LONG);
        ModuleLayer layer = waiting("queued", "slow", "1");
        ModuleLayer next = answering("next", "slow", "2");
        try (Meeting meeting = new Meeting("slow");
                WorkerSystem worker = steps.builder().service(queue).build()) {
            worker.start();
            worker.layers().attach(layer, NOTHING);
            queue.add(StepRequest.of("slow", Map.of()), StepLimits.once());
            meeting.awaitBegun();

            worker.layers().detach(layer, Duration.ofMillis(1));
            assertThat(queue.settled()).isEmpty();
            assertThat(queue.size()).isEqualTo(1);

            worker.layers().attach(next, NOTHING);
            Await.until("the next one has run it", () -> queue.settled().size() == 1);
            assertThat(queue.settled().getFirst().outcome().result()).isEqualTo(version("2"));
        }
    }

    @Test
    void aReplacedHandlerEndsWhatItHasBegunAndTheNewOneRunsTheRest() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "1", "test");
        ModuleLayer old = waiting("old", "slow", "1");
        ModuleLayer fresh = answering("fresh", "slow", "2");
        try (Meeting meeting = new Meeting("slow");
                WorkerSystem worker = steps.start()) {
            worker.layers().attach(old, NOTHING);
            CompletableFuture<StepOutcome> begun = worker.submit(StepRequest.of("slow", Map.of()));
            meeting.awaitBegun();
            CompletableFuture<StepOutcome> waits = worker.submit(StepRequest.of("slow", Map.of()));

            CompletableFuture<DetachReport> replaced =
                    CompletableFuture.supplyAsync(() -> worker.layers().replace(old, fresh, NOTHING, LONG));
            Await.until("the old one is not there", () -> handlers(worker).isEmpty());
            CompletableFuture<StepOutcome> meanwhile = worker.submit(StepRequest.of("slow", Map.of()));
            meeting.release();

            assertThat(replaced.join().isClean()).isTrue();
            assertThat(begun.join().result()).isEqualTo(version("1"));
            assertThat(waits.join().result()).isEqualTo(version("2"));
            assertThat(meanwhile.join().result()).isEqualTo(version("2"));
            assertThat(worker.metrics().stepsProcessed()).isEqualTo(3);
        }
    }

    @Test
    void aStepThatWaitsForItsNextAttemptGetsTheNewHandler() throws Exception {
        ModuleLayer old = new PluginJar(folder, "failing")
                .handler("Failing", "shaky", "")
                .source(
                        "Failing",
                        "public class Failing implements StepHandler { public String name() { return \"shaky\"; }"
                                + " public StepResult handle(StepContext c) {"
                                + " return StepResult.retryableFailure(\"not now\"); } }")
                .compile()
                .layer();
        ModuleLayer fresh = answering("steady", "shaky", "2");
        try (WorkerSystem worker = steps.start()) {
            worker.layers().attach(old, NOTHING);
            // More than two attempts, because the first wait may be over before the replacement begins.
            StepLimits limits = StepLimits.attempts(50).withRetryDelays(Duration.ofSeconds(2), Duration.ofSeconds(2));
            CompletableFuture<StepOutcome> outcome = worker.submit(StepRequest.of("shaky", Map.of()), limits);
            Await.until("it waits", () -> waitingForRetry(worker) == 1);

            worker.layers().replace(old, fresh, NOTHING, LONG);

            assertThat(outcome.join().result()).isEqualTo(version("2"));
            assertThat(outcome.join().request().attempt()).isGreaterThan(1);
        }
    }

    @Test
    void whenTheNewOneDoesNotStartTheOldOneRunsAgain() throws Exception {
        ModuleLayer old = answering("stable", "greet", "1");
        ModuleLayer broken = new PluginJar(folder, "broken")
                .handler(
                        "Broken",
                        "greet",
                        "public void start(WorkerContext c) { throw new IllegalStateException(\"no\"); }")
                .compile()
                .layer();
        try (WorkerSystem worker = steps.start()) {
            worker.layers().attach(old, NOTHING);

            assertThatThrownBy(() -> worker.layers().replace(old, broken, NOTHING, LONG))
                    .hasMessageContainingAll("TASKER-P225", "IllegalStateException: no", "runs again");

            assertThat(answer(worker, "greet")).isEqualTo("1");
            assertThat(worker.layers().has(old)).isTrue();
            assertThat(worker.layers().has(broken)).isFalse();
        }
    }

    @Test
    void theDatabaseInUseStays() throws Exception {
        ModuleLayer layer = new PluginJar(folder, "base")
                .source(
                        "Base",
                        "public class Base implements DatabaseProvider { public String name() { return \"base\"; }"
                                + " public DatabaseSettings database() { throw new IllegalStateException(); } }")
                .provides("tasker.events.api.spi.DatabaseProvider", "Base")
                .compile()
                .layer();
        steps.configuration().flag("database.provider", "base", "test");
        try (WorkerSystem worker = steps.builder().layers(List.of(layer)).build()) {
            worker.start();

            assertThatThrownBy(() -> worker.layers().detach(layer, LONG)).hasMessageContaining("TASKER-P223");
            assertThat(worker.layers().has(layer)).isTrue();
        }
    }

    @Test
    void aLayerOfTheStartCanBeTakenOut() throws Exception {
        ModuleLayer layer = answering("early", "greet", "1");
        try (WorkerSystem worker = steps.builder().layers(List.of(layer)).build()) {
            worker.start();
            assertThat(answer(worker, "greet")).isEqualTo("1");

            worker.layers().detach(layer, LONG);

            assertThat(isRefused(worker, "greet")).isTrue();
        }
    }

    @Test
    void theCloseOfTheWorkerEndsAChangeThatHangs() throws Exception {
        ModuleLayer layer = new PluginJar(folder, "hanging")
                .handler(
                        "Hanging",
                        "hanging",
                        "public void start(WorkerContext c) throws Exception {" + Meeting.waitingAt("hanging") + "}")
                .compile()
                .layer();
        try (Meeting meeting = new Meeting("hanging")) {
            WorkerSystem worker = steps.start();
            CompletableFuture<Void> attached =
                    Background.run(() -> worker.layers().attach(layer, NOTHING));
            meeting.awaitBegun();

            worker.close();

            assertThatThrownBy(attached::join).rootCause().isInstanceOf(InterruptedException.class);
            assertThatThrownBy(() -> worker.layers().attach(layer, NOTHING)).hasMessageContaining("TASKER-W202");
        }
    }

    private ModuleLayer answering(String module, String handler, String version) {
        return handling(module, handler, "", version);
    }

    private ModuleLayer waiting(String module, String handler, String version) {
        return handling(module, handler, Meeting.waitingAt(handler), version);
    }

    private ModuleLayer handling(String module, String handler, String first, String version) {
        return new PluginJar(folder, module)
                .source("Answering", """
                        public class Answering implements StepHandler {
                            public String name() { return "%s"; }
                            public StepResult handle(StepContext context) throws Exception {
                                %s
                                return StepResult.success(Map.of("version", "%s"));
                            }
                        }
                        """.formatted(handler, first, version))
                .provides("tasker.events.api.spi.StepHandler", "Answering")
                .compile()
                .layer();
    }

    private static StepResult version(String version) {
        return StepResult.success(Map.of("version", version));
    }

    private static Object answer(WorkerSystem worker, String handler) throws InterruptedException {
        return String.valueOf(
                ((StepResult.Success) StepBench.run(worker, handler).result())
                        .output()
                        .get("version"));
    }

    private static boolean isRefused(WorkerSystem worker, String handler) {
        return !handlers(worker).contains(handler);
    }

    private static List<?> handlers(WorkerSystem worker) {
        return Objects.requireNonNull((List<?>) worker.health().jvm().get("handlers"));
    }

    private static int waitingForRetry(WorkerSystem worker) {
        Object waiting = worker.health().nativeLayer().get("retries_waiting");
        return waiting instanceof Number number ? number.intValue() : -1;
    }
}
