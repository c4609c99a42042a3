package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventRejectedException;
import tasker.events.api.HealthStatus;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionFigures;
import tasker.nativecore.consuming.SubscriptionOptions;

/** Handlers of durable events, run by a whole worker on a real server. */
class SubscriptionIT {
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.defaults()
            .withRetryDelay(Duration.ofMillis(20), Duration.ofMillis(200))
            .withDrainTimeout(Duration.ofSeconds(60));

    private DatabaseSettings database;
    private WorkerSystem worker;

    @BeforeEach
    void start() {
        database = TestServer.newDatabase();
        worker = startWorker();
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private WorkerSystem startWorker() {
        Configuration configuration = Configuration.builder()
                .flag("database.url", database.url(), "test")
                .flag("database.user", "postgres", "test")
                .flag("worker.namespace", "orders", "test")
                .flag("worker.health-cache-ms", "0", "test")
                .flag("worker.health-timeout-ms", "60000", "test")
                .flag("worker.shutdown-timeout-ms", "60000", "test")
                .flag("pgmq.publish-timeout-ms", "20000", "test")
                .flag("pgmq.query-timeout-ms", "20000", "test")
                .build();
        WorkerSystem started = WorkerSystem.builder(configuration).durableOnly().build();
        started.start();
        return started;
    }

    private static ConsumerOptions visibleAfter(int seconds) {
        return ConsumerOptions.defaults().withVisibilityTimeout(Duration.ofSeconds(seconds));
    }

    private static DomainEvent event(int number) {
        return DomainEvent.of("order.created", Map.of("number", number), "orders");
    }

    private static int number(ReceivedEvent received) {
        return received.event().payload().get("number") instanceof Integer number ? number : -1;
    }

    private void publish(int count) {
        worker.publishAll(
                IntStream.range(0, count).mapToObj(SubscriptionIT::event).toList(), DeliveryMode.DURABLE);
    }

    private String one(String query) {
        return TestServer.query(database, query).getFirst();
    }

    private boolean isQueueEmpty() {
        return one("SELECT count(*) FROM pgmq.q_orders_domain_events").equals("0");
    }

    private HealthStatus consumersHealth() {
        return Objects.requireNonNull(worker.health().components().get("consumers"))
                .status();
    }

    private List<DeadLetter> deadLetters() {
        return worker.durable().queues().deadLetters("orders_domain_events", EventSelection.all(), 100);
    }

    @Test
    void everyEventIsHandledOnceAndAcknowledged() throws Exception {
        publish(500);
        Map<Integer, AtomicInteger> handled = new ConcurrentHashMap<>();
        try (EventSubscription subscription = worker.consume(
                OPTIONS,
                received -> handled.computeIfAbsent(number(received), n -> new AtomicInteger())
                        .incrementAndGet())) {
            Until.isTrue("all are settled", this::isQueueEmpty);
            Until.isTrue("all are counted", () -> subscription.figures().succeeded() == 500);
            assertThat(subscription.figures().state()).isEqualTo(SubscriptionFigures.State.RUNNING);
            assertThat(worker.health().components()).containsKey("consumers");
        }
        assertThat(handled)
                .hasSize(500)
                .allSatisfy((number, times) -> assertThat(times).hasValue(1));
    }

    @Test
    void aFailingEventIsTriedAgainLaterAndLaterAndThenDead() throws Exception {
        publish(1);
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        SubscriptionOptions options =
                OPTIONS.withConsumer(ConsumerOptions.defaults().withMaxReads(4));
        try (EventSubscription subscription = worker.consume(options, received -> {
            times.add(System.nanoTime());
            throw new IllegalStateException("no funds");
        })) {
            Until.isTrue("it is dead", () -> !deadLetters().isEmpty());
            Until.isTrue("that is counted", () -> subscription.figures().deadLettered() == 1);
            Until.isTrue("retries are counted", () -> subscription.figures().retried() == 3);
        }
        assertThat(times).hasSize(4);
        assertThat(deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.reason().orElseThrow())
                    .isEqualTo(
                            "failed when it was read for the last of 4 times: java.lang.IllegalStateException: no funds");
            assertThat(letter.readCount()).contains(4);
            assertThat(letter.stack().orElseThrow()).contains("SubscriptionIT");
        });
    }

    @Test
    void anEventThatRecoversIsAcknowledged() throws Exception {
        publish(1);
        AtomicInteger attempts = new AtomicInteger();
        try (EventSubscription subscription = worker.consume(OPTIONS, received -> {
            if (attempts.incrementAndGet() < 3) {
                throw new LinkageError("even this");
            }
        })) {
            Until.isTrue("it is settled", () -> subscription.figures().succeeded() == 1);
        }
        assertThat(attempts).hasValue(3);
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void aRefusedEventIsDeadAtOnce() throws Exception {
        publish(2);
        try (EventSubscription subscription = worker.consume(OPTIONS, received -> {
            if (number(received) == 0) {
                throw new EventRejectedException("unknown customer");
            }
            throw new InvalidValueException("number", "is 1");
        })) {
            Until.isTrue("both are dead", () -> subscription.figures().deadLettered() == 2);
            assertThat(subscription.figures().retried()).isZero();
        }
        assertThat(deadLetters())
                .extracting(letter -> letter.reason().orElseThrow())
                .containsExactlyInAnyOrder("TASKER-S107 unknown customer", "TASKER-V101 'number' is 1");
    }

    @Test
    void aLongHandlerKeepsItsEvent() throws Exception {
        publish(1);
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        WorkerSystem other = startWorker();
        try (EventSubscription subscription = worker.consume(OPTIONS.withConsumer(visibleAfter(8)), received -> {
                    calls.incrementAndGet();
                    goOn.await();
                });
                EventSubscription elsewhere =
                        other.consume(OPTIONS.withConsumer(visibleAfter(8)), received -> calls.incrementAndGet())) {
            Until.isTrue("a handler works", () -> calls.get() == 1);
            String began = one("SELECT extract(epoch FROM now())");
            Until.isTrue(
                    "its visibility has passed, and was extended several times",
                    () -> one("SELECT extract(epoch FROM now()) - " + began + " > 10")
                            .equals("t"));
            assertThat(calls).hasValue(1);
            goOn.countDown();
            Until.isTrue("it is settled", this::isQueueEmpty);
            assertThat(subscription.figures().lost() + elsewhere.figures().lost())
                    .isZero();
        } finally {
            other.close();
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void aHandlerWhoseEventWasLostIsInterruptedAndNothingIsSettled() throws Exception {
        publish(1);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (EventSubscription subscription = worker.consume(OPTIONS.withConsumer(visibleAfter(8)), received -> {
            working.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        })) {
            assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
            TestServer.sql(
                    database, "UPDATE pgmq.q_orders_domain_events SET read_ct = 2, vt = now() + interval '1 hour'");

            assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
            Until.isTrue("it is counted as lost", () -> subscription.figures().lost() == 1);
            assertThat(subscription.figures().succeeded()).isZero();
        }
        assertThat(isQueueEmpty()).as("it is the other one's").isFalse();
    }

    @Test
    void closingLetsHandlersFinishAndReleasesWhatDoesNot() throws Exception {
        publish(2);
        CountDownLatch working = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        EventSubscription subscription = worker.consume(OPTIONS.withDrainTimeout(Duration.ofSeconds(8)), received -> {
            working.countDown();
            if (number(received) == 0) {
                goOn.await();
            } else {
                new CountDownLatch(1).await();
            }
        });
        assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closing = Thread.startVirtualThread(subscription::close);
        Until.isTrue("it drains", () -> subscription.figures().state() == SubscriptionFigures.State.DRAINING);
        goOn.countDown();
        assertThat(closing.join(Duration.ofSeconds(60))).isTrue();

        assertThat(subscription.figures()).satisfies(figures -> {
            assertThat(figures.state()).isEqualTo(SubscriptionFigures.State.CLOSED);
            assertThat(figures.succeeded()).isEqualTo(1);
            assertThat(figures.released()).isEqualTo(1);
            assertThat(figures.unsettled()).isZero();
        });
        assertThat(one("SELECT count(*) FROM pgmq.q_orders_domain_events WHERE vt <= clock_timestamp()"))
                .as("the other one can be read at once")
                .isEqualTo("1");
    }

    @Test
    void aHandlerThatIgnoresItsInterruptIsLeftBehindAndItsEventReleased() throws Exception {
        publish(1);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        EventSubscription subscription = worker.consume(OPTIONS.withDrainTimeout(Duration.ZERO), received -> {
            working.countDown();
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException ignored) {
                    // Being stubborn is the point.
                }
            }
        });
        assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
        subscription.close();
        end.countDown();

        assertThat(subscription.figures().released()).isEqualTo(1);
        assertThat(one("SELECT count(*) FROM pgmq.q_orders_domain_events WHERE vt <= clock_timestamp()"))
                .isEqualTo("1");
    }

    @Test
    void theWorkersCloseDrainsAndHandlersMayPublishMeanwhile() throws Exception {
        publish(1);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        worker.consume(OPTIONS, received -> {
            working.countDown();
            goOn.await();
            worker.publish(DomainEvent.of("order.done", Map.of(), "test"), DeliveryMode.DURABLE);
        });
        assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closing = Thread.startVirtualThread(worker::close);
        Until.isTrue("it stops", () -> worker.state() != tasker.events.api.WorkerState.RUNNING);
        goOn.countDown();
        assertThat(closing.join(Duration.ofSeconds(60))).isTrue();

        assertThat(TestServer.query(database, "SELECT message->>'event_type' FROM pgmq.q_orders_domain_events"))
                .containsExactly("order.done");
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> worker.consume(OPTIONS, received -> {}))
                .returns("TASKER-W202", TaskerException::code);
    }

    @Test
    void anOutageOfTheStoreIsSurvived() throws Exception {
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        try (EventSubscription subscription = worker.consume(OPTIONS, received -> handled.add(number(received)))) {
            publish(1);
            Until.isTrue("the first is handled", () -> handled.contains(0));
            TestServer.stop();
            try {
                Until.isTrue(
                        "it waits for the store",
                        () -> subscription.figures().state() == SubscriptionFigures.State.WAITING_FOR_STORE);
                assertThat(consumersHealth()).isEqualTo(HealthStatus.DEGRADED);
            } finally {
                TestServer.startAgain();
            }
            Until.isTrue("it publishes again", () -> {
                try {
                    worker.publish(event(1), DeliveryMode.DURABLE);
                    return true;
                } catch (TaskerException e) {
                    return false;
                }
            });
            Until.isTrue("the second is handled", () -> handled.contains(1));
            Until.isTrue("all is well again", () -> consumersHealth() == HealthStatus.HEALTHY);
        }
    }

    @Test
    void eventsOfAKeyAreHandledInOrderWhileKeysGoSideBySide() throws Exception {
        Map<String, ConcurrentLinkedQueue<Integer>> handled = new ConcurrentHashMap<>();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        SubscriptionOptions options =
                OPTIONS.withConsumer(ConsumerOptions.defaults().withMaxReads(50).inOrder());
        CountDownLatch two = new CountDownLatch(2);
        worker.publishAll(
                IntStream.range(0, 100)
                        .mapToObj(n -> DomainEvent.builder("order.changed", "test")
                                .payload(Map.of("number", n))
                                .header(ConsumerOptions.GROUP_HEADER, "k" + n % 5)
                                .build())
                        .toList(),
                DeliveryMode.DURABLE);
        try (EventSubscription subscription = worker.consume(options, received -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                two.countDown();
                two.await(60, TimeUnit.SECONDS);
                if (number(received) % 7 == 0 && received.readCount() == 1) {
                    throw new IllegalStateException("once");
                }
                handled.computeIfAbsent("k" + number(received) % 5, key -> new ConcurrentLinkedQueue<>())
                        .add(number(received));
            } finally {
                atOnce.decrementAndGet();
            }
        })) {
            Until.isTrue("all are settled", () -> subscription.figures().succeeded() == 100);
        }
        assertThat(most.get()).isBetween(2, 5);
        assertThat(handled)
                .hasSize(5)
                .allSatisfy((key, numbers) ->
                        assertThat(List.copyOf(numbers)).isSorted().hasSize(20));
    }
}
