package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestDatabase;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestService;
import tasker.nativecore.testkit.TestTransports;

/** How a worker starts and ends, whatever its services do. */
class LifecycleTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final List<String> calls = TestService.calls();
    private final Configuration.Builder configuration =
            Configuration.builder().flag("worker.shutdown-timeout-ms", "20000", "test");

    @Test
    void servicesStartInOrderAndCloseInReverseOrder() {
        configuration.flag("database.provider", "db", "test");
        AtomicReference<String> url = new AtomicReference<>();
        WorkerSystem worker = builder()
                .service(new TestService("figures", calls))
                .service(new NotingDurable() {
                    @Override
                    public void start(WorkerContext context) throws Exception {
                        super.start(context);
                        url.set(context.database().url());
                    }
                })
                .service(new TestDatabase("db", calls))
                .build();
        assertThat(calls).isEmpty();

        worker.start();
        assertThat(worker.state()).isEqualTo(WorkerState.RUNNING);
        assertThat(worker.health().components()).containsKeys("db", "worker");
        worker.close();

        assertThat(calls)
                .containsExactly(
                        "start durable-test",
                        "start db",
                        "start figures",
                        "close figures",
                        "close durable-test",
                        "close db");
        assertThat(url).hasValue("jdbc:test:db");
        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(worker.isLive()).isFalse();
        assertThat(worker.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void aDatabaseThatNobodyAsksForIsNotStarted() {
        configuration.flag("database.provider", "db", "test");
        try (WorkerSystem worker =
                builder().service(new TestDatabase("db", calls)).build()) {
            worker.start();
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void aTransportThatFailsStopsTheStartAndClosesWhatWasStarted() {
        WorkerSystem worker = builder()
                .service(new TestService("never", calls))
                .service(new NotingDurable() {
                    @Override
                    public void start(WorkerContext context) throws Exception {
                        super.start(context);
                        throw new IOException("no route to the queue");
                    }
                })
                .build();

        assertThatThrownBy(worker::start)
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-W207 ")
                .hasMessageContaining("no route to the queue")
                .hasCauseInstanceOf(IOException.class);

        assertThat(worker.state()).isEqualTo(WorkerState.ERROR);
        assertThat(worker.isLive()).isFalse();
        assertThat(calls).containsExactly("start durable-test", "close durable-test");
        worker.close();
        assertThat(worker.state()).isEqualTo(WorkerState.ERROR);
        assertThat(report(worker, "durable-test").status()).isEqualTo(ProviderReport.Status.FAILED);
    }

    @Test
    void theCodeOfARequiredServicesErrorIsKept() {
        WorkerSystem worker = builder()
                .service(new NotingDurable() {
                    @Override
                    public void start(WorkerContext context) {
                        context.database();
                    }
                })
                .build();

        assertThatThrownBy(worker::start)
                .hasMessageStartingWith("TASKER-D101 ")
                .hasMessageContaining("TASKER_DATABASE_URL");
    }

    @Test
    void anyOtherServiceThatFailsIsClosedReportedAndLeftOut() throws Exception {
        try (WorkerSystem worker = builder()
                .service(new TestService("frail", calls).onStart(context -> {
                    throw new NoClassDefFoundError("lost/Library");
                }))
                .service(new TestService("sound", calls))
                .build()) {
            worker.start();

            assertThat(calls).containsExactly("start frail", "close frail", "start sound");
            assertThat(report(worker, "frail"))
                    .returns(ProviderReport.Status.FAILED, ProviderReport::status)
                    .satisfies(report -> assertThat(report.problem().orElseThrow())
                            .startsWith("TASKER-P208")
                            .contains("lost/Library"));
            ComponentHealth frail = component(worker, "frail");
            assertThat(frail.status()).isEqualTo(HealthStatus.UNHEALTHY);
            assertThat(frail.message().orElseThrow()).contains("lost/Library");
            assertThat(worker.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
            assertThat(worker.isLive()).isTrue();
        }
        assertThat(calls).containsOnlyOnce("close frail", "close sound");
    }

    @Test
    void aHandlerThatDidNotStartSaysSoToWhoeverSubmits() throws Exception {
        TestHandler frail = TestHandler.named("frail", context -> DONE).timeout(Duration.ZERO);
        try (WorkerSystem worker = builder().service(frail).build()) {
            worker.start();

            assertThatThrownBy(() -> worker.submit(StepRequest.of("frail", Map.of())))
                    .hasMessageStartingWith("TASKER-S102 ")
                    .hasMessageContaining("did not start")
                    .hasMessageContaining("PT0S");
        }
    }

    @Test
    void startTwiceIsAnError() {
        try (WorkerSystem worker = builder().build()) {
            worker.start();

            assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closeBeforeStartEndsTheWorker() {
        WorkerSystem worker = builder().build();
        worker.close();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyThreadsMayCloseAndAllWaitForTheEnd() {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        WorkerSystem worker = builder()
                .service(new TestService("slow", calls).onClose(() -> {
                    closing.countDown();
                    Latches.await(release);
                }))
                .build();
        worker.start();
        List<CompletableFuture<Void>> closers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            closers.add(Background.run(() -> {
                worker.close();
                assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
            }));
        }
        Latches.awaitStubbornly(closing);
        assertThat(worker.state()).isEqualTo(WorkerState.SHUTTING_DOWN);
        assertThat(closers).noneMatch(CompletableFuture::isDone);

        release.countDown();

        closers.forEach(CompletableFuture::join);
        assertThat(calls).containsExactly("start slow", "close slow");
    }

    @Test
    void closeDuringTheStartGivesTheStartUp() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        WorkerSystem worker = builder()
                .service(new TestService("first", calls))
                .service(new TestService("hanging", calls).onStart(context -> {
                    starting.countDown();
                    new CountDownLatch(1).await();
                }))
                .service(new TestService("never", calls))
                .build();
        Thread starter = Thread.ofVirtual().start(() -> {
            try {
                worker.start();
            } catch (TaskerException e) {
                thrown.set(e);
            }
        });
        Latches.await(starting);

        worker.close();
        starter.join();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(thrown.get()).hasMessageStartingWith("TASKER-W204 ");
        assertThat(calls).containsExactly("start first", "start hanging", "close hanging", "close first");
    }

    @Test
    void aServiceMayCloseTheWorkerWhileItStarts() {
        AtomicReference<WorkerSystem> self = new AtomicReference<>();
        WorkerSystem worker = builder()
                .service(new TestService("quitter", calls)
                        .onStart(context -> self.get().close()))
                .build();
        self.set(worker);

        assertThatThrownBy(worker::start).hasMessageStartingWith("TASKER-W204 ");

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(calls).containsExactly("start quitter", "close quitter");
    }

    @Test
    void aServiceMayCloseTheWorkerWhileItCloses() {
        AtomicReference<WorkerSystem> self = new AtomicReference<>();
        WorkerSystem worker = builder()
                .service(new TestService("quitter", calls)
                        .onClose(() -> self.get().close()))
                .build();
        self.set(worker);
        worker.start();

        worker.close();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
    }

    @Test
    void closeLetsStepsAndTheirEventsFinish() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TestTransports.Durable durable = new TestTransports.Durable("durable-test");
        WorkerSystem worker = builder()
                .service(durable)
                .service(TestHandler.named("slow", context -> {
                            begun.countDown();
                            Latches.await(release);
                            context.publish(context.event("slow.almost").build(), DeliveryMode.DURABLE);
                            return DONE;
                        })
                        .event("slow.done", Condition.ALWAYS, DeliveryMode.DURABLE))
                .build();
        worker.start();
        CompletableFuture<StepOutcome> step = worker.submit(StepRequest.of("slow", Map.of()));
        Latches.await(begun);
        CompletableFuture<Void> closing = Background.run(worker::close);
        Await.until("it shuts down", () -> worker.state() == WorkerState.SHUTTING_DOWN);

        assertThatThrownBy(() -> worker.submit(StepRequest.of("slow", Map.of())))
                .hasMessageStartingWith("TASKER-W202 ");
        release.countDown();
        closing.join();

        assertThat(step.join().result()).isEqualTo(DONE);
        assertThat(durable.publisher().published())
                .extracting(DomainEvent::eventType)
                .containsExactly("slow.almost", "slow.done");
        assertThat(durable.calls()).containsExactly("start", "close");
    }

    @Test
    void whatHasNotFinishedWithinTheBoundIsInterruptedAndRefused() throws Exception {
        configuration
                .flag("worker.shutdown-timeout-ms", "20", "test")
                .flag("worker.max-concurrent-handlers", "1", "test");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        WorkerSystem worker = builder()
                .service(TestHandler.named("stuck", context -> {
                    begun.countDown();
                    never.await();
                    return DONE;
                }))
                .build();
        worker.start();
        CompletableFuture<StepOutcome> running = worker.submit(StepRequest.of("stuck", Map.of()));
        CompletableFuture<StepOutcome> waiting = worker.submit(StepRequest.of("stuck", Map.of()));
        Latches.await(begun);

        worker.close();

        assertThat(reason(running)).startsWith("TASKER-S104").contains("was done", "submit the step again");
        assertThat(reason(waiting)).startsWith("TASKER-S104").contains("could start");
        assertThat(worker.metrics().stepsFailed()).isEqualTo(2);
        assertThat(worker.metrics().stepsInProgress()).isZero();
    }

    @Test
    void aHandlerThatIgnoresTheInterruptDoesNotKeepTheWorkerFromStopping() throws Exception {
        configuration.flag("worker.shutdown-timeout-ms", "20", "test");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        WorkerSystem worker = builder()
                .service(TestHandler.named("stubborn", context -> {
                    begun.countDown();
                    Latches.awaitStubbornly(release);
                    return DONE;
                }))
                .build();
        worker.start();
        CompletableFuture<StepOutcome> step = worker.submit(StepRequest.of("stubborn", Map.of()));
        Latches.await(begun);

        worker.close();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(reason(step)).startsWith("TASKER-S104");
        release.countDown();
    }

    @Test
    void aSinkThatHangsDoesNotKeepFuturesFromEnding() throws Exception {
        configuration.flag("worker.shutdown-timeout-ms", "20", "test");
        CountDownLatch release = new CountDownLatch(1);
        WorkerSystem worker = builder()
                .service(TestHandler.named("good", context -> DONE))
                .resultSink(outcome -> Latches.awaitStubbornly(release))
                .build();
        worker.start();
        CompletableFuture<StepOutcome> first = worker.submit(StepRequest.of("good", Map.of()));
        CompletableFuture<StepOutcome> second = worker.submit(StepRequest.of("good", Map.of()));
        Await.until("both handlers are done", () -> worker.metrics().stepsSucceeded() == 2);

        worker.close();

        assertThat(first.join().result()).isEqualTo(DONE);
        assertThat(second.join().result()).isEqualTo(DONE);
        release.countDown();
    }

    @Test
    void aServiceThatHangsWhileClosingIsInterruptedAndLeftBehind() {
        configuration.flag("worker.shutdown-timeout-ms", "20", "test");
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        WorkerSystem worker = builder()
                .service(new TestService("before", calls))
                .service(new TestService("polite", calls).onClose(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.complete(true);
                    }
                }))
                .service(new TestService("rude", calls).onClose(() -> Latches.awaitStubbornly(release)))
                .build();
        worker.start();

        worker.close();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(interrupted.join()).isTrue();
        assertThat(calls).endsWith("close rude", "close polite", "close before");
        release.countDown();
    }

    @Test
    void aServiceThatThrowsWhileClosingDoesNotStopTheOthers() {
        WorkerSystem worker = builder()
                .service(new TestService("first", calls))
                .service(new TestService("last", calls).onClose(() -> {
                    throw new IOException("disk gone");
                }))
                .build();
        worker.start();

        worker.close();

        assertThat(calls).endsWith("close last", "close first");
    }

    @Test
    void anInterruptedCloseStillClosesEverything() {
        WorkerSystem worker =
                builder().service(new TestService("figures", calls)).build();
        worker.start();
        Thread.currentThread().interrupt();

        worker.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        // Who is interrupted waits a moment only; on a busy machine the service's thread may come later.
        Await.until("the service is closed", () -> calls.contains("close figures"));
        assertThat(calls).containsExactly("start figures", "close figures");
    }

    @Test
    void theClassLoaderOfAServiceIsSetAroundItsCallsAndPutBack() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        List<ClassLoader> seen = new ArrayList<>();
        Thread.currentThread().setContextClassLoader(null);
        try (WorkerSystem worker = builder()
                .service(new TestService("figures", calls)
                        .onStart(context -> seen.add(Thread.currentThread().getContextClassLoader()))
                        .onClose(() -> seen.add(Thread.currentThread().getContextClassLoader())))
                .build()) {
            worker.start();
            assertThat(Thread.currentThread().getContextClassLoader()).isNull();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(seen).hasSize(2).containsOnly(TestService.class.getClassLoader());
    }

    @Test
    void extensionsTakeTheWorkerAndTellWhereTheyAnswer() {
        TestExtension extension = new TestExtension();
        try (WorkerSystem worker = builder().service(extension).build()) {
            worker.start();

            assertThat(extension.worker()).contains(worker);
            assertThat(worker.endpoints()).containsExactly(Map.entry("shop-window", TestExtension.ENDPOINT));
        }
    }

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(configuration.build());
    }

    private static String reason(CompletableFuture<StepOutcome> future) {
        return ((StepResult.Failure) future.join().result()).reason();
    }

    private static ComponentHealth component(WorkerSystem worker, String name) {
        return Optional.ofNullable(worker.health().components().get(name)).orElseThrow();
    }

    private static ProviderReport report(WorkerSystem worker, String name) {
        return worker.providers().stream()
                .filter(report -> report.name().equals(Optional.of(name)))
                .findFirst()
                .orElseThrow();
    }

    /** Notes its calls among those of the others. */
    private class NotingDurable extends TestTransports.Durable {
        NotingDurable() {
            super("durable-test");
        }

        @Override
        public void start(WorkerContext context) throws Exception {
            calls.add("start durable-test");
        }

        @Override
        public void close() {
            calls.add("close durable-test");
        }
    }
}
