package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventFlowSubscription;
import tasker.events.api.spi.FastTransport;

/**
 * Test what {@link FastTransport} promises of reactive streams.
 *
 * <p>Not tested: what is logged of a subscriber that throws, and that a stream has no thread while there is no demand.
 */
public abstract class FastFlowContract extends FastContract {
    /** For subclasses. */
    protected FastFlowContract() {}

    /** {@link FastTransport#flow}: events of these types that are published after the subscribe. */
    @Test
    public void aSubscriberGetsTheTypesThatItAskedFor() throws Exception {
        FastTransport transport = start();
        publish(transport, 1);
        Subscriber subscriber = subscribe(transport, "order.*", Long.MAX_VALUE);
        DomainEvent first = event("order.created");
        DomainEvent last = event("order.paid");
        transport.publisher().publishAll(List.of(first, event(), last));

        awaitCount(subscriber, 2);
        assertThat(subscriber.events).containsExactlyElementsOf(seen(List.of(first, last)));
    }

    /** {@link FastTransport#flow}: as many events as were asked for, and no more. */
    @Test
    public void aSubscriberGetsNoMoreThanItAskedFor() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", 1);
        publish(transport, 3);
        awaitCount(subscriber, 1);
        // By then a stream that gives more than was asked for has given the rest.
        close(transport);

        assertThat(subscriber.events).hasSize(1);
    }

    /** {@link FastTransport#flow}: a slow subscriber delays no other. */
    @Test
    public void aSlowSubscriberDelaysNoOther() throws Exception {
        FastTransport transport = start();
        CountDownLatch never = new CountDownLatch(1);
        Subscriber slow = new Subscriber(Long.MAX_VALUE, event -> {
            try {
                never.await();
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        });
        transport.flow(ALL).subscribe(slow);
        Subscriber quick = subscribe(transport, "#", Long.MAX_VALUE);
        publish(transport, 1);
        awaitCount(slow, 1);
        publish(transport, 1);

        try {
            awaitCount(quick, 2);
        } finally {
            never.countDown();
        }
    }

    /** {@link FastTransport#flow}: signals come from a virtual thread of the subscription's own. */
    @Test
    public void signalsComeFromAVirtualThread() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", Long.MAX_VALUE);
        publish(transport, 1);

        awaitCount(subscriber, 1);
        assertThat(subscriber.threads).allMatch(Thread::isVirtual);
    }

    /** {@link FastTransport#flow}: any number of subscribers may use the publisher. */
    @Test
    public void onePublisherServesManySubscribers() throws Exception {
        FastTransport transport = start();
        Flow.Publisher<InProcessDomainEvent> stream = transport.flow(ALL);
        Subscriber one = new Subscriber(Long.MAX_VALUE, event -> {});
        Subscriber other = new Subscriber(Long.MAX_VALUE, event -> {});
        stream.subscribe(one);
        stream.subscribe(other);
        publish(transport, 1);

        awaitCount(one, 1);
        awaitCount(other, 1);
    }

    /** {@link EventFlowSubscription#missed}: how many were overwritten before the subscription read them. */
    @Test
    public void aSubscriptionCountsWhatItMissed() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", 0);
        List<DomainEvent> events = publish(transport, transport.capacity() + 5);
        subscriber.subscription().request(1);
        awaitCount(subscriber, 1);

        assertThat(subscriber.subscription()).isInstanceOfSatisfying(EventFlowSubscription.class, subscription -> {
            assertThat(subscription.missed()).isEqualTo(5);
            assertThat(subscriber.events).containsExactlyElementsOf(seen(events.subList(5, 6)));
        });
    }

    /** {@link FastTransport#flow}: completes when the transport is closed and the subscriber has the rest. */
    @Test
    public void aStreamCompletesAfterTheRest() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", 0);
        publish(transport, 2);
        close(transport);
        boolean before = subscriber.completed;
        subscriber.subscription().request(2);

        waiting().until("the stream completes", () -> subscriber.completed);
        assertThat(before).as("complete before the rest").isFalse();
        assertThat(subscriber.events).hasSize(2);
    }

    /** {@link FastTransport#flow}: fails by a request of a number that is not positive. */
    @Test
    public void aRequestThatIsNotPositiveFailsTheStream() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", 0);
        subscriber.subscription().request(0);

        waiting().until("the stream fails", () -> subscriber.error != null);
        assertThat(subscriber.error).isInstanceOf(IllegalArgumentException.class);
    }

    /** {@link FastTransport#flow}: a subscriber that throws is cancelled. */
    @Test
    public void aSubscriberThatThrowsIsCancelled() throws Exception {
        FastTransport transport = start();
        Subscriber broken = new Subscriber(Long.MAX_VALUE, event -> {
            throw new IllegalStateException("a subscriber that throws");
        });
        transport.flow(ALL).subscribe(broken);
        publish(transport, 1);

        awaitCount(broken, 1);
        waiting().until("the subscription has ended", () -> transport.subscribers() == 0);
    }

    /** {@link Flow.Subscription#cancel}: ends the subscription. */
    @Test
    public void aCancelledSubscriptionEnds() throws Exception {
        FastTransport transport = start();
        Subscriber subscriber = subscribe(transport, "#", 0);
        subscriber.subscription().cancel();

        waiting().until("the subscription has ended", () -> transport.subscribers() == 0);
    }

    private static Subscriber subscribe(FastTransport transport, String pattern, long demand) {
        Subscriber subscriber = new Subscriber(demand, event -> {});
        transport.flow(EventPattern.parse(pattern)).subscribe(subscriber);
        return subscriber;
    }

    private void awaitCount(Subscriber subscriber, int count) throws Exception {
        waiting().until(count + " events have come", () -> subscriber.events.size() >= count);
    }

    /** Keep what comes, and ask for so many at the start. */
    private static final class Subscriber implements Flow.Subscriber<InProcessDomainEvent> {
        final List<InProcessDomainEvent> events = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        volatile boolean completed;
        volatile @Nullable Throwable error;
        private final long demand;
        private final Consumer<InProcessDomainEvent> action;
        private volatile Flow.@Nullable Subscription subscription;

        Subscriber(long demand, Consumer<InProcessDomainEvent> action) {
            this.demand = demand;
            this.action = action;
        }

        Flow.Subscription subscription() {
            Flow.Subscription given = subscription;
            assertThat(given)
                    .as("the subscription that subscribe has handed over")
                    .isNotNull();
            return java.util.Objects.requireNonNull(given);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (demand > 0) {
                given.request(demand);
            }
        }

        @Override
        public void onNext(InProcessDomainEvent event) {
            threads.add(Thread.currentThread());
            events.add(event);
            action.accept(event);
        }

        @Override
        public void onError(Throwable thrown) {
            error = thrown;
        }

        @Override
        public void onComplete() {
            completed = true;
        }
    }
}
