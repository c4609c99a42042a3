package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventSubscription;

/**
 * Check the rules of Reactive Streams 1.0.4 that a publisher must keep, each by its number, and that loss is counted
 * and not buffered.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowTests {
    private final InProcessTransport transport = new InProcessTransport();
    private final LogLines log = LogLines.of(InProcessTransport.class);
    private final Flow.Publisher<InProcessDomainEvent> orders = transport.flow(EventPattern.parse("order.*"));

    @BeforeEach
    void start() {
        transport.start(TestContext.capacity(8));
    }

    @AfterEach
    void close() {
        transport.close();
        log.close();
    }

    @Test
    void noMoreThanWasAskedForIsDelivered1_01() {
        Probe probe = subscribe();
        publish("order.1", "order.2", "order.3");
        probe.subscription().request(2);
        probe.awaitTypes("order.1", "order.2");
        awaitIdle(probe);
        assertThat(probe.types).containsExactly("order.1", "order.2");
        probe.subscription().request(1);
        probe.awaitTypes("order.1", "order.2", "order.3");
    }

    @Test
    void signalsComeOneAtATime1_03() {
        Probe probe = subscribe();
        for (int round = 0; round < 200; round++) {
            Thread asking = Thread.ofVirtual().start(() -> probe.subscription().request(3));
            Thread askingToo =
                    Thread.ofVirtual().start(() -> probe.subscription().request(3));
            publish("order.1", "order.2", "order.3", "order.4", "order.5", "order.6");
            joinQuietly(asking);
            joinQuietly(askingToo);
            int expected = 6 * (round + 1);
            Await.until(() -> probe.types.size() + (int) probe.subscription().missed() == expected);
        }
        assertThat(probe.overlapped).isFalse();
    }

    @Test
    void theStreamCompletesWhenTheTransportIsClosedAndTheRestWasAskedFor1_05() {
        Probe probe = subscribe();
        publish("order.1", "order.2");
        probe.subscription().request(1);
        probe.awaitTypes("order.1");
        transport.close();
        awaitIdle(probe);
        assertThat(probe.completions).hasValue(0);
        probe.subscription().request(5);
        Await.until(() -> probe.completions.get() == 1);
        assertThat(probe.types).containsExactly("order.1", "order.2");
    }

    @Test
    void theStreamCompletesWithoutDemandWhenNothingIsLeft1_05() {
        Probe idle = subscribe();
        Probe waiting = subscribe();
        waiting.subscription().request(Long.MAX_VALUE);
        transport.close();
        Await.until(() -> idle.completions.get() == 1 && waiting.completions.get() == 1);
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void nothingComesAfterTheEnd1_07() {
        Probe probe = subscribe();
        transport.close();
        Await.until(() -> probe.completions.get() == 1);
        probe.subscription().request(1);
        probe.subscription().request(-1);
        probe.subscription().cancel();
        awaitIdle(probe);
        assertThat(probe.completions).hasValue(1);
        assertThat(probe.failures).isEmpty();
    }

    @Test
    void aClosedTransportSubscribesAndCompletes1_09() {
        transport.close();
        Probe probe = new Probe();
        orders.subscribe(probe);
        assertThat(probe.subscription()).as("onSubscribe comes first").isNotNull();
        Await.until(() -> probe.completions.get() == 1);
    }

    @Test
    @SuppressWarnings("NullAway")
    void noSubscriberIsRefused1_09() {
        assertThatThrownBy(() -> orders.subscribe(null)).isInstanceOf(NullPointerException.class);
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void nothingIsDeliveredBeforeOnSubscribeReturns1_09() {
        List<String> seen = new CopyOnWriteArrayList<>();
        orders.subscribe(new Probe() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(10);
                publish("order.early");
                Await.until(() -> transport.published() == 1);
                seen.add("subscribed");
            }

            @Override
            public void onNext(InProcessDomainEvent event) {
                seen.add(event.eventType());
            }
        });
        Await.until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("subscribed", "order.early");
    }

    @Test
    void eachSubscriberHasItsOwnDemand1_11() {
        Probe first = subscribe();
        Probe second = subscribe();
        publish("order.1", "order.2");
        second.subscription().request(2);
        second.awaitTypes("order.1", "order.2");
        assertThat(first.types).isEmpty();
        first.subscription().request(1);
        first.awaitTypes("order.1");
    }

    @Test
    void aSubscriberMayAskFromItsCallbacksWithoutEnd3_02_3_03() {
        int events = 50_000;
        Probe probe = new Probe() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                super.onSubscribe(subscription);
                subscription.request(1);
            }

            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                if (types.size() % 2 == 0) {
                    types.clear();
                    counted.addAndGet(2);
                }
                subscription().request(1);
            }
        };
        orders.subscribe(probe);
        for (int i = 0; i < events; i++) {
            publish("order.created");
        }
        Await.until(() ->
                probe.counted.get() + probe.types.size() + probe.subscription().missed() >= events);
        assertThat(probe.failures).isEmpty();
    }

    @Test
    void afterACancelNothingIsDeliveredAndAskingDoesNothing3_05_3_06_3_07() {
        Probe probe = subscribe();
        probe.subscription().request(5);
        publish("order.1");
        probe.awaitTypes("order.1");
        probe.subscription().cancel();
        probe.subscription().cancel();
        probe.subscription().request(5);
        probe.subscription().request(-5);
        publish("order.2");
        awaitIdle(probe);

        assertThat(probe.types).containsExactly("order.1");
        assertThat(probe.completions).hasValue(0);
        assertThat(probe.failures).isEmpty();
        assertThat(transport.subscribers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void askingForNothingOrLessEndsTheStreamWithAnError3_09(long count) {
        Probe idle = subscribe();
        idle.subscription().request(count);
        Probe waiting = subscribe();
        waiting.subscription().request(1);
        waiting.subscription().request(count);
        for (Probe probe : List.of(idle, waiting)) {
            Await.until(() -> probe.failures.size() == 1);
            assertThat(probe.failures.getFirst())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("request(" + count + ")");
            assertThat(probe.completions).hasValue(0);
        }
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void aCancelledSubscriberIsLetGo3_13() {
        Flow.Subscription[] kept = new Flow.Subscription[1];
        WeakReference<Probe> gone = subscribeAndCancel(kept);
        Await.until(() -> {
            System.gc();
            return gone.get() == null;
        });
        assertThat(kept[0])
                .as("what the caller keeps does not keep the subscriber")
                .isNotNull();
        assertThat(transport.subscribers()).isZero();
        assertThat(Collected.from(transport)).containsEntry("tasker_inprocess_flow_subscribers", 0.0);
    }

    @Test
    void demandAddsUpToNoEnd3_17() {
        Probe probe = subscribe();
        probe.subscription().request(Long.MAX_VALUE);
        probe.subscription().request(Long.MAX_VALUE);
        for (int i = 1; i <= 20; i++) {
            int expected = i;
            publish("order.created");
            Await.until(() -> probe.types.size() == expected);
        }
        assertThat(probe.failures).isEmpty();
    }

    @Test
    void whatASubscriberDoesNotAskForInTimeIsCountedAndNotBuffered() {
        Probe probe = subscribe();
        for (int i = 0; i < 30; i++) {
            publish("order." + i);
        }
        assertThat(probe.subscription().missed()).isEqualTo(22);
        probe.subscription().request(Long.MAX_VALUE);
        probe.awaitTypes(
                "order.22", "order.23", "order.24", "order.25", "order.26", "order.27", "order.28", "order.29");
        assertThat(probe.subscription().missed()).isEqualTo(22);
        assertThat(transport.dropped()).isEqualTo(22);
    }

    @Test
    void onlyTheTypesOfThePatternCostDemand() {
        Probe probe = subscribe();
        probe.subscription().request(2);
        publish("payment.1", "order.1", "payment.2", "order.2", "order.3");
        probe.awaitTypes("order.1", "order.2");
        awaitIdle(probe);
        assertThat(probe.types).containsExactly("order.1", "order.2");
    }

    @Test
    void aSubscriberThatThrowsIsCancelledNamedAndReachesNoOther() {
        Probe throwing = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                throw new IllegalStateException("subscriber fails");
            }
        };
        Probe other = subscribe();
        orders.subscribe(throwing);
        throwing.subscription().request(5);
        other.subscription().request(5);
        publish("order.1", "order.2");

        other.awaitTypes("order.1", "order.2");
        Await.until(() -> transport.subscribers() == 1);
        assertThat(throwing.types).containsExactly("order.1");
        assertThat(log.with("TASKER-F105")).singleElement().asString().contains("errors=1");
        assertThat(Collected.from(transport)).containsEntry("tasker_inprocess_flow_subscriber_errors_total", 1.0);
    }

    @Test
    void aSubscriberThatThrowsFromOnSubscribeIsCancelled() {
        orders.subscribe(new Probe() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                throw new IllegalStateException("subscriber fails");
            }
        });
        Await.until(() -> transport.subscribers() == 0);
        assertThat(log.with("TASKER-F105")).hasSize(1);
    }

    @Test
    void aSubscriberMayPublishMoreThanTheChannelHoldsAndCloseTheTransport() {
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                if (event.eventType().equals("order.first")) {
                    for (int i = 0; i < 20; i++) {
                        publish("order." + i);
                    }
                    transport.close();
                }
            }
        };
        orders.subscribe(probe);
        probe.subscription().request(Long.MAX_VALUE);
        publish("order.first");
        Await.until(() -> probe.completions.get() == 1);
        assertThat(probe.types).hasSize(9).startsWith("order.first", "order.12");
        assertThat(probe.subscription().missed()).isEqualTo(12);
    }

    @Test
    void theCloseLetsASubscriberFinishWhatItAskedFor() {
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                Thread.currentThread().interrupt();
            }
        };
        orders.subscribe(probe);
        publish("order.1", "order.2", "order.3");
        probe.subscription().request(Long.MAX_VALUE);
        transport.close();
        assertThat(probe.types).hasSize(3);
        assertThat(probe.completions).as("as the close returned").hasValue(1);
    }

    @Test
    void theCloseDoesNotWaitForeverForASubscriberThatHangs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> hanging = new CompletableFuture<>();
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                hanging.complete(Thread.currentThread());
                joinQuietly(release);
                super.onNext(event);
            }
        };
        orders.subscribe(probe);
        probe.subscription().request(1);
        publish("order.1");
        assertThat(hanging.get(30, TimeUnit.SECONDS).isVirtual()).isTrue();
        transport.close();
        assertThat(probe.types).isEmpty();
        release.countDown();
        Await.until(() -> probe.completions.get() == 1);
    }

    private Probe subscribe() {
        Probe probe = new Probe();
        orders.subscribe(probe);
        return probe;
    }

    private WeakReference<Probe> subscribeAndCancel(Flow.Subscription[] kept) {
        Probe probe = subscribe();
        probe.subscription().request(5);
        publish("order.1");
        probe.awaitTypes("order.1");
        kept[0] = probe.subscription();
        kept[0].cancel();
        return new WeakReference<>(probe);
    }

    private void publish(String... types) {
        for (String type : types) {
            transport.publisher().publish(DomainEvent.of(type, Map.of(), "tests"));
        }
    }

    /** Wait until a subscription's thread has seen all there is to do. */
    private static void awaitIdle(Probe probe) {
        FlowSubscription subscription = (FlowSubscription) probe.subscription();
        Await.until(() -> !subscription.isDelivering());
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void joinQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Keep all signals, and notice two at once. */
    private static class Probe implements Flow.Subscriber<InProcessDomainEvent> {
        final List<String> types = new CopyOnWriteArrayList<>();
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        final AtomicInteger completions = new AtomicInteger();
        final AtomicInteger counted = new AtomicInteger();
        volatile boolean overlapped;
        private final AtomicBoolean signalled = new AtomicBoolean();
        private final CompletableFuture<EventSubscription> subscription = new CompletableFuture<>();

        EventSubscription subscription() {
            return subscription.join();
        }

        void awaitTypes(String... expected) {
            Await.until(() -> types.size() >= expected.length);
            assertThat(types).containsExactly(expected);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete((EventSubscription) given);
        }

        @Override
        public void onNext(InProcessDomainEvent event) {
            alone(() -> types.add(event.eventType()));
        }

        @Override
        public void onError(Throwable failure) {
            alone(() -> failures.add(failure));
        }

        @Override
        public void onComplete() {
            alone(completions::incrementAndGet);
        }

        private void alone(Runnable signal) {
            overlapped |= signalled.getAndSet(true);
            signal.run();
            signalled.set(false);
        }
    }
}
