package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;

/**
 * Test what {@link FastTransport} promises of publishing, of its figures and of its close. Pollers, listeners and
 * streams have contracts of their own: {@link EventPollerContract}, {@link FastListenerContract} and
 * {@link FastFlowContract}.
 *
 * <p>Best run with a small capacity. Not tested: that publishing is as quick as it should be.
 */
public abstract class FastTransportContract extends FastContract {
    /** For subclasses. */
    protected FastTransportContract() {}

    /** {@link FastTransport#publisher}: the same one at each call. */
    @Test
    public void thePublisherIsTheSameAtEachCall() throws Exception {
        FastTransport transport = start();

        assertThat(transport.publisher()).isSameAs(transport.publisher());
    }

    /** {@link DomainEventPublisher#path}: the path that the promise belongs to. */
    @Test
    public void thePublisherIsOfTheFastPath() throws Exception {
        assertThat(start().publisher().path()).isEqualTo(DeliveryPath.FAST);
    }

    /** {@link DomainEventPublisher#publish}: returns when the event is visible to every subscriber. */
    @Test
    public void whatIsPublishedIsVisibleAtOnce() throws Exception {
        FastTransport transport = start();
        EventPoller one = transport.subscribe(ALL);
        EventPoller other = transport.subscribe(ALL);
        DomainEvent event = event();
        transport.publisher().publish(event);

        assertNextIs(one, event);
        assertNextIs(other, event);
    }

    /** {@link DomainEventPublisher#publishAll}: in this order. */
    @Test
    public void publishAllKeepsTheOrder() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        List<DomainEvent> events = List.of(event(), event(), event());
        transport.publisher().publishAll(events);

        assertThat(rest(poller)).isEqualTo(seen(events));
    }

    /** {@link DomainEventPublisher#publishAll}: an empty list does nothing. */
    @Test
    public void publishAllOfNothingDoesNothing() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        transport.publisher().publishAll(List.of());

        assertThat(rest(poller)).isEmpty();
    }

    /** {@link DomainEventPublisher#publishAsync}: completes when a publish would return. */
    @Test
    public void publishAsyncCompletesWhenTheEventIsVisible() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        DomainEvent event = event();
        waiting()
                .call(
                        "the future is complete",
                        () -> transport
                                .publisher()
                                .publishAsync(event)
                                .thenApply(nothing -> true)
                                .get());

        assertNextIs(poller, event);
    }

    /** {@link FastTransport}: a publisher never blocks because of a subscriber. */
    @Test
    public void noSubscriberBlocksAPublisher() throws Exception {
        FastTransport transport = start();
        EventPoller idle = transport.subscribe(ALL);
        int many = 3 * transport.capacity();
        begin(() -> publish(transport, many));

        waiting().until("a publisher is done, whose subscriber reads nothing", () -> transport.published() >= many);
        assertThat(idle.isClosed()).isFalse();
    }

    /** {@link FastTransport}: all of them see the events in one order. */
    @Test
    public void allSubscribersSeeOneOrder() throws Exception {
        FastTransport transport = start();
        EventPoller one = transport.subscribe(ALL);
        EventPoller other = transport.subscribe(ALL);
        int each = Math.max(1, transport.capacity() / 4);
        List<DomainEvent> events =
                java.util.stream.Stream.generate(this::event).limit(each).toList();
        waiting().sideBySide("all are published", 4, () -> events.forEach(transport.publisher()::publish));

        assertThat(rest(one)).hasSize(4 * each).isEqualTo(rest(other));
    }

    /** {@link FastTransport#published}: how many events were published since the start. */
    @Test
    public void publishedCountsEveryEvent() throws Exception {
        FastTransport transport = start();
        transport.publisher().publishAll(List.of(event(), event()));
        transport.publisher().publishAsync(event()).join();

        assertThat(transport.published()).isEqualTo(3);
    }

    /** {@link FastTransport#dropped}: summed over all subscribers. */
    @Test
    public void droppedIsTheSumOfWhatSubscribersMissed() throws Exception {
        FastTransport transport = start();
        EventPoller one = transport.subscribe(ALL);
        EventPoller other = transport.subscribe(ALL);
        publish(transport, transport.capacity() + 3);
        rest(one);
        rest(other);

        assertThat(transport.dropped()).isEqualTo(6);
    }

    /** {@link FastTransport#dropped}: past subscribers too. */
    @Test
    public void droppedRemembersPastSubscribers() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        publish(transport, transport.capacity() + 3);
        rest(poller);
        long missed = transport.dropped();
        poller.close();

        assertThat(transport.dropped()).isEqualTo(missed);
    }

    /** {@link FastTransport#subscribers}: how many subscriptions are open. */
    @Test
    public void subscribersCountsOpenSubscriptions() throws Exception {
        FastTransport transport = start();
        EventPoller one = transport.subscribe(ALL);
        EventPoller other = transport.subscribe(ALL);
        int open = transport.subscribers();
        one.close();

        assertThat(List.of(open, transport.subscribers())).containsExactly(2, 1);
        other.close();
    }

    /** {@link FastTransport#capacity}: how many of the last events are kept, read or not. */
    @Test
    public void asManyEventsAreKeptAsItsCapacitySays() throws Exception {
        FastTransport transport = start();
        List<DomainEvent> events = publish(transport, 2 * transport.capacity());
        EventPoller late = transport.subscribe(ALL, 0);

        assertThat(rest(late)).isEqualTo(seen(events.subList(transport.capacity(), events.size())));
    }

    /** {@link FastTransport}: publishing fails with {@code TASKER-F101} before the start. */
    @Test
    public void publishingBeforeTheStartFails() {
        FastTransport transport = create();

        assertThatThrownBy(() -> transport.publisher().publish(event())).satisfies(FastTransportContract::isClosed);
    }

    /** {@link FastTransport}: publishing fails with {@code TASKER-F101} after the close. */
    @Test
    public void publishingAfterTheCloseFails() throws Exception {
        FastTransport transport = start();
        DomainEventPublisher publisher = transport.publisher();
        close(transport);

        assertThatThrownBy(() -> publisher.publish(event())).satisfies(FastTransportContract::isClosed);
    }

    /** {@link DomainEventPublisher#publishAsync}: fails with what a publish would throw. */
    @Test
    public void aFutureFailsWithWhatPublishWouldThrow() throws Exception {
        FastTransport transport = start();
        DomainEventPublisher publisher = transport.publisher();
        close(transport);
        Throwable thrown = catchThrowable(() -> publisher.publishAsync(event()).get());

        assertThat(thrown).isNotNull();
        isClosed(thrown.getCause());
    }

    /** {@link FastTransport}: a subscription that is made before the start is closed from the beginning. */
    @Test
    public void aSubscriptionBeforeTheStartIsClosed() {
        assertThat(create().subscribe(ALL).isClosed()).isTrue();
    }

    /** {@link FastTransport}: a subscription that is made after the close is closed from the beginning. */
    @Test
    public void aSubscriptionAfterTheCloseIsClosed() throws Exception {
        FastTransport transport = start();
        close(transport);

        assertThat(transport.subscribe(ALL).isClosed()).isTrue();
    }

    /** {@link FastTransport}: a publish has either returned, and its event reaches every subscriber, or failed. */
    @Test
    public void aPublishBesideTheCloseReachesSubscribersOrFails() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        int each = Math.max(1, transport.capacity() / 4);
        Queue<InProcessDomainEvent> returned = new ConcurrentLinkedQueue<>();
        List<DomainEvent> first = publish(transport, 1);
        begin(() -> {
            close(transport);
            return true;
        });
        waiting().sideBySide("all publishes have ended", 3, () -> {
            for (int i = 0; i < each; i++) {
                DomainEvent event = DomainEvent.of("test.happened", java.util.Map.of(), "testkit");
                try {
                    transport.publisher().publish(event);
                    returned.add(InProcessDomainEvent.of(event));
                } catch (PublishException e) {
                    isClosed(e);
                }
            }
        });
        returned.addAll(seen(first));

        assertThat(rest(poller)).containsExactlyInAnyOrderElementsOf(returned);
    }

    private static void isClosed(@Nullable Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.code()).isEqualTo("TASKER-F101"));
    }
}
