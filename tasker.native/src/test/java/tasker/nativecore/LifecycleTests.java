package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.StartRefusedException;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestDatabase;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestService;
import tasker.nativecore.testkit.TestTransports;

/** How a worker starts and ends, whatever its services do while they start. */
class LifecycleTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final List<String> calls = TestService.calls();
    private final Configuration.Builder configuration =
            Configuration.builder().flag("worker.shutdown-timeout-ms", "60000", "test");

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
    void aServiceThatRefusesTheStartKeepsTheWorkerFromStarting() {
        WorkerSystem worker = builder()
                .service(new TestService("first", calls))
                .service(new TestService("strict", calls).onStart(context -> {
                    throw new StartRefusedException("TASKER-H101", "others could reach it");
                }))
                .build();

        assertThatThrownBy(worker::start)
                .isInstanceOf(StartRefusedException.class)
                .hasMessage("TASKER-H101 others could reach it");

        assertThat(worker.state()).isEqualTo(WorkerState.ERROR);
        assertThat(calls).startsWith("start first", "start strict").contains("close first");
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
