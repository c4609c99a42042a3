package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/** Check the rules of Reactive Streams 1.0.4 that a publisher must keep, each by its number. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowTests {
    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final Flow.Publisher<InProcessDomainEvent> orders = transport.flow(EventPattern.parse("order.*"));

    @BeforeEach
    void start() {
        transport.start(TestContext.capacity(8));
    }

    @AfterEach
    void close() {
        transport.close();
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
        Await.until(() -> Double.valueOf(0).equals(Collected.from(transport).get("tasker_inprocess_flow_subscribers")));
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
}
