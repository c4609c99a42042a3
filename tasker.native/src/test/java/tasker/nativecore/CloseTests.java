package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.WorkerState;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestService;
import tasker.nativecore.testkit.TestTransports;

/** How a worker closes, whatever its services, handlers and result sink do. */
class CloseTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final List<String> calls = TestService.calls();
    private final Configuration.Builder configuration =
            Configuration.builder().flag("worker.shutdown-timeout-ms", "60000", "test");

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

        assertThat(worker.stopReport()).isEmpty();
        assertThatThrownBy(() -> worker.submit(StepRequest.of("slow", Map.of())))
                .hasMessageStartingWith("TASKER-W202 ");
        release.countDown();
        closing.join();

        assertThat(step.join().result()).isEqualTo(DONE);
        assertThat(durable.publisher().published())
                .extracting(DomainEvent::eventType)
                .containsExactly("slow.almost", "slow.done");
        assertThat(durable.calls()).containsExactly("start", "close");
        assertThat(worker.stopReport()).contains(new StopReport(0, 0, 0, 0, 0, 0));
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
        StopReport left = worker.stopReport().orElseThrow();
        assertThat(left.stepsInterrupted()).isEqualTo(2);
        assertThat(left.isClean()).isFalse();
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
        // Each has half of what is left, which is time enough for its thread to get as far as the service.
        configuration.flag("worker.shutdown-timeout-ms", "2000", "test");
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

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(configuration.build());
    }

    private static String reason(CompletableFuture<StepOutcome> future) {
        return ((StepResult.Failure) future.join().result()).reason();
    }
}
