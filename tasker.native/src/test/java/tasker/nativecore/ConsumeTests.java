package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tasker.events.api.EventRejectedException;
import tasker.events.api.HealthStatus;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionFigures.State;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestQueue;

/** Subscriptions over a queue in memory. */
class ConsumeTests {
    private static final ConsumerOptions CONSUMER =
            ConsumerOptions.defaults().withQueue("test-queue").withVisibilityTimeout(Duration.ofSeconds(2));
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.defaults()
            .withConsumer(CONSUMER)
            .withRetryDelay(Duration.ofMillis(1), Duration.ofMillis(2))
            .withDrainTimeout(Duration.ofSeconds(10));

    private final TestQueue queue = new TestQueue();
    private final WorkerSystem worker = worker();

    private WorkerSystem worker() {
        WorkerSystem system = WorkerSystem.builder(Configuration.builder()
                        .flag("worker.worker-id", "w1", "test")
                        .flag("worker.health-cache-ms", "0", "test")
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .build())
                .service(queue.transport())
                .build();
        system.start();
        return system;
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private EventSubscription consume(SubscriptionOptions options, DurableEventHandler handler) {
        return worker.consume(options, handler);
    }

    private List<String> acknowledged() {
        return queue.acknowledged().stream().flatMap(List::stream).toList();
    }

    @Test
    void whatEndsTogetherIsAcknowledgedTogether() throws Exception {
        queue.put(50);
        CountDownLatch all = new CountDownLatch(50);
        CountDownLatch answer = new CountDownLatch(1);
        queue.answerAfter(answer);
        Set<String> contexts = ConcurrentHashMap.newKeySet();
        try (EventSubscription subscription = consume(OPTIONS.withConcurrency(50), received -> {
            contexts.add(MDC.get("worker_id") + " "
                    + received.event().eventId().toString().equals(MDC.get("event_id")));
            all.countDown();
            Latches.await(all);
        })) {
            Latches.await(all);
            Await.until("all have ended", () -> subscription.figures().inFlight() == 0);
            answer.countDown();
            Await.until("all are settled", () -> subscription.figures().succeeded() == 50);
            Await.until("none is left", () -> subscription.figures().unsettled() == 0);
        }
        assertThat(acknowledged()).hasSize(50).doesNotHaveDuplicates();
        assertThat(queue.acknowledged())
                .as("those that ended before the first answer, and the rest")
                .hasSizeLessThanOrEqualTo(2);
        assertThat(contexts).containsExactly("w1 true");
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void noMoreAreReadThanHandlersAreFree() throws Exception {
        queue.put(10);
        CountDownLatch busy = new CountDownLatch(3);
        CountDownLatch goOn = new CountDownLatch(1);
        try (EventSubscription subscription = consume(OPTIONS.withConcurrency(3), received -> {
            busy.countDown();
            Latches.await(goOn);
        })) {
            Latches.await(busy);
            assertThat(subscription.figures().inFlight()).isEqualTo(3);
            assertThat(queue.waiting()).isEqualTo(7);
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_consumer_in_flight{queue=test-queue}", 3.0);
            goOn.countDown();
            Await.until("all are settled", () -> subscription.figures().succeeded() == 10);
        }
        assertThat(new CollectedMetrics(worker).values())
                .containsEntry("tasker_consumer_events_total{outcome=success, queue=test-queue}", 10L)
                .containsEntry("tasker_consumer_handle_duration_seconds{queue=test-queue}", 10L);
    }

    @Test
    void aFailureIsTriedAgainAndARefusalIsNot() {
        queue.put(2);
        AtomicInteger calls = new AtomicInteger();
        try (EventSubscription subscription = consume(OPTIONS.withConsumer(CONSUMER.withMaxReads(3)), received -> {
            calls.incrementAndGet();
            if (received.messageId().equals("0")) {
                throw new EventRejectedException("never");
            }
            throw new StackOverflowError("again");
        })) {
            Await.until("both are dead", () -> subscription.figures().deadLettered() == 2);
            Await.until("retries are counted", () -> subscription.figures().retried() == 2);
        }
        assertThat(calls).hasValue(4);
        assertThat(queue.dead())
                .containsExactlyInAnyOrder(
                        "0 TASKER-S107 never",
                        "1 failed when it was read for the last of 3 times: java.lang.StackOverflowError: again");
    }

    @Test
    void anAcknowledgementThatFailsIsSentAgain() {
        queue.put(3);
        queue.failSettling(2);
        try (EventSubscription subscription = consume(OPTIONS, received -> {})) {
            Await.until("all are settled", () -> subscription.figures().succeeded() == 3);
            assertThat(subscription.figures().storeErrors()).isEqualTo(2);
        }
        assertThat(acknowledged()).containsExactlyInAnyOrder("0", "1", "2");
    }

    @Test
    void oneEventThatCannotBeAcknowledgedCostsNoOther() throws Exception {
        queue.put(8);
        queue.poison("5");
        CountDownLatch all = new CountDownLatch(8);
        try (EventSubscription subscription = consume(OPTIONS, received -> {
            all.countDown();
            Latches.await(all);
        })) {
            Await.until("the others are settled", () -> subscription.figures().succeeded() == 7);
            Await.until("it is given up", () -> subscription.figures().lost() == 1);
        }
        assertThat(acknowledged()).hasSize(7).doesNotContain("5");
    }

    @Test
    void aHandlerWhoseEventWasLostIsInterruptedOthersAreExtended() throws Exception {
        queue.put(2);
        CountDownLatch working = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (EventSubscription subscription = consume(OPTIONS, received -> {
            working.countDown();
            try {
                Latches.await(goOn);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        })) {
            Latches.await(working);
            queue.lose("1");
            Latches.await(interrupted);
            Await.until("it is counted", () -> subscription.figures().lost() == 1);
            Await.until("the other one is extended on", () -> queue.extensions() > 2);
            goOn.countDown();
            Await.until("the other one is settled", () -> subscription.figures().succeeded() == 1);
        }
        assertThat(acknowledged()).containsExactly("0");
        assertThat(queue.released()).isEmpty();
    }

    @Test
    void aStoreThatIsAwayIsAskedAgainAndShowsInHealth() {
        try (EventSubscription subscription = consume(OPTIONS, received -> {})) {
            assertThat(health()).isEqualTo(HealthStatus.HEALTHY);
            queue.away(true);
            Await.until("it waits", () -> subscription.figures().state() == State.WAITING_FOR_STORE);
            assertThat(health()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(subscription.figures().problem().orElseThrow()).contains("the store is away");
            queue.away(false);
            queue.put(1);
            Await.until("it goes on", () -> subscription.figures().succeeded() == 1);
            assertThat(subscription.figures().state()).isEqualTo(State.RUNNING);
            assertThat(health()).isEqualTo(HealthStatus.HEALTHY);
        }
    }

    private HealthStatus health() {
        return worker.health().components().values().stream()
                .filter(component -> component.name().equals("consumers"))
                .findFirst()
                .orElseThrow()
                .status();
    }

    @Test
    void theWorkersCloseGivesBackWhatDoesNotEnd() throws Exception {
        queue.put(1);
        CountDownLatch working = new CountDownLatch(1);
        EventSubscription subscription = consume(OPTIONS.withDrainTimeout(Duration.ZERO), received -> {
            working.countDown();
            Latches.await(new CountDownLatch(1));
        });
        Latches.await(working);

        worker.close();

        assertThat(subscription.figures().state()).isEqualTo(State.CLOSED);
        assertThat(subscription.figures().released()).isEqualTo(1);
        assertThat(queue.released()).containsExactly("0 true");
        assertThat(queue.isClosed()).isTrue();
        assertThatThrownBy(() -> consume(OPTIONS, received -> {}))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-W202");
    }
}
