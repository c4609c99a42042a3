package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.testkit.Waiting.Call;

/** Test what {@link EventPoller} promises, and {@link FastTransport} of its pollers. */
public abstract class EventPollerContract extends FastContract {
    private static final TraceContext TRACE =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "");

    /** For subclasses. */
    protected EventPollerContract() {}

    /** {@link FastTransport#subscribe(EventPattern)}: the events that are published from now on. */
    @Test
    public void receivesWhatIsPublishedFromNowOn() throws Exception {
        FastTransport transport = start();
        publish(transport, 2);
        EventPoller poller = transport.subscribe(ALL);
        List<DomainEvent> later = publish(transport, 2);

        assertThat(rest(poller)).isEqualTo(seen(later));
    }

    /** {@link FastTransport#subscribe(EventPattern)}: the events of these types. */
    @Test
    public void receivesTheTypesThatItAskedFor() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(EventPattern.parse("order.*"));
        DomainEvent wanted = event("order.created");
        transport.publisher().publishAll(List.of(event("test.happened"), wanted, event("order.created.twice")));

        assertThat(rest(poller)).isEqualTo(seen(List.of(wanted)));
    }

    /** {@link EventPoller#poll()}: empty when there is none now; never blocks. */
    @Test
    public void pollIsEmptyWhenThereIsNone() throws Exception {
        EventPoller poller = start().subscribe(ALL);

        assertThat(waiting().call("poll has returned", () -> poller.poll())).isEmpty();
    }

    /** {@link EventPoller#poll(Duration)}: waits for an event. */
    @Test
    public void pollWaitsForAnEvent() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        Call<Optional<InProcessDomainEvent>> polled = begin(() -> poller.poll(patience()));
        awaitParked(polled);
        List<DomainEvent> events = publish(transport, 1);

        assertThat(waiting().end("the event has come", polled))
                .isEqualTo(Optional.of(seen(events).getFirst()));
    }

    /** {@link EventPoller#poll(Duration)}: at most this long; empty when none came. */
    @Test
    public void pollEndsWhenNoneCame() throws Exception {
        EventPoller poller = start().subscribe(ALL);

        assertThat(waiting().call("poll has returned", () -> poller.poll(Duration.ofMillis(5))))
                .isEmpty();
    }

    /** {@link EventPoller#poll(Duration)}: empty when the poller is closed, by any thread. */
    @Test
    public void pollEndsWhenThePollerIsClosed() throws Exception {
        EventPoller poller = start().subscribe(ALL);
        Call<Optional<InProcessDomainEvent>> polled = begin(() -> poller.poll(Duration.ofDays(1)));
        awaitParked(polled);
        poller.close();

        assertThat(waiting().end("poll has returned", polled)).isEmpty();
    }

    /** {@link EventPoller#poll(Duration)}: throws when the waiting thread is interrupted. */
    @Test
    public void anInterruptEndsTheWait() throws Exception {
        EventPoller poller = start().subscribe(ALL);
        Call<Boolean> polled = begin(() -> {
            try {
                poller.poll(Duration.ofDays(1));
                return false;
            } catch (InterruptedException ignored) {
                return true;
            }
        });
        awaitParked(polled);
        polled.thread().interrupt();

        assertThat(waiting().end("poll has ended", polled)).isTrue();
    }

    /** {@link EventPoller#poll(Duration)}: throws when another thread waits in this poller at the same time. */
    @Test
    public void twoThreadsCannotWait() throws Exception {
        EventPoller poller = start().subscribe(ALL);
        awaitParked(begin(() -> poller.poll(Duration.ofDays(1))));
        Call<Boolean> other = begin(() -> {
            try {
                poller.poll(Duration.ofMillis(50));
                return false;
            } catch (IllegalStateException ignored) {
                return true;
            }
        });

        assertThat(waiting().end("the other thread has ended", other)).isTrue();
    }

    /** {@link EventPoller#trace}: the context that the event was published in which the last poll returned. */
    @Test
    public void theTraceIsThatOfTheLastEvent() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        transport
                .publisher()
                .publish(DomainEvent.builder("test.happened", "testkit")
                        .trace(Optional.of(TRACE))
                        .build());
        poller.poll();

        assertThat(poller.trace()).contains(TRACE);
    }

    /** {@link EventPoller#trace}: empty when it had none. */
    @Test
    public void thereIsNoTraceOfAnEventWithoutOne() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        transport
                .publisher()
                .publish(DomainEvent.builder("test.happened", "testkit")
                        .trace(Optional.of(TRACE))
                        .build());
        publish(transport, 1);
        poller.poll();
        poller.poll();

        assertThat(poller.trace()).isEmpty();
    }

    /** {@link EventPoller#position}: how many events, of any type, came before the one that is looked at next. */
    @Test
    public void thePositionCountsEventsOfAnyType() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(EventPattern.parse("order.*"));
        transport.publisher().publishAll(List.of(event(), event("order.created"), event()));
        poller.poll();

        assertThat(poller.position()).isEqualTo(2);
    }

    /** {@link FastTransport#subscribe(EventPattern, long)}: from a position on, where an earlier poller was. */
    @Test
    public void aSubscriptionGoesOnFromAPosition() throws Exception {
        FastTransport transport = start();
        List<DomainEvent> events = publish(transport, 4);

        assertThat(rest(transport.subscribe(ALL, 3))).isEqualTo(seen(events.subList(3, 4)));
    }

    /** {@link FastTransport#subscribe(EventPattern, long)}: a position below 0 is 0. */
    @Test
    public void aPositionBelowZeroIsZero() throws Exception {
        FastTransport transport = start();
        List<DomainEvent> events = publish(transport, 2);

        assertThat(rest(transport.subscribe(ALL, -5))).isEqualTo(seen(events));
    }

    /** {@link FastTransport#subscribe(EventPattern, long)}: one that no event has reached is that of the next event. */
    @Test
    public void aPositionThatNoEventHasReachedIsThatOfTheNext() throws Exception {
        FastTransport transport = start();
        publish(transport, 2);
        EventPoller poller = transport.subscribe(ALL, 1_000_000);
        List<DomainEvent> later = publish(transport, 1);

        assertThat(rest(poller)).isEqualTo(seen(later));
    }

    /** {@link FastTransport#subscribe(EventPattern, long)}: what was overwritten by then counts as missed. */
    @Test
    public void whatWasOverwrittenBeforeASubscriptionCountsAsMissed() throws Exception {
        FastTransport transport = start();
        publish(transport, transport.capacity() + 5);
        EventPoller poller = transport.subscribe(ALL, 2);
        rest(poller);

        assertThat(poller.missed()).isEqualTo(3);
    }

    /** {@link EventPoller}: one that falls behind resumes at the oldest event still held. */
    @Test
    public void resumesAtTheOldestEventThatIsHeld() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        List<DomainEvent> events = publish(transport, transport.capacity() + 5);

        assertNextIs(poller, events.get(5));
    }

    /** {@link EventPoller#missed}: counts exactly how many it missed. */
    @Test
    public void countsExactlyWhatItMissed() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        publish(transport, transport.capacity() + 5);
        rest(poller);
        publish(transport, transport.capacity() + 2);
        rest(poller);

        assertThat(poller.missed()).isEqualTo(7);
    }

    /** {@link FastTransport}: pollers are closed once they have read the rest. */
    @Test
    public void theRestIsThereAfterTheClose() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        List<DomainEvent> events = publish(transport, 2);
        close(transport);

        assertThat(rest(poller)).isEqualTo(seen(events));
    }

    /** {@link EventPoller#isClosed}: the channel is closed, and the rest was polled. */
    @Test
    public void isClosedOnceTheRestWasPolled() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        publish(transport, 1);
        boolean open = !poller.isClosed();
        close(transport);
        boolean before = poller.isClosed();
        rest(poller);

        assertThat(List.of(open, before, poller.isClosed())).containsExactly(true, false, true);
    }

    /** {@link EventPoller#close}: ends the subscription. */
    @Test
    public void aClosedPollerReceivesNothing() throws Exception {
        FastTransport transport = start();
        EventPoller poller = transport.subscribe(ALL);
        poller.close();
        publish(transport, 1);

        assertThat(poller.poll()).isEmpty();
        assertThat(poller.isClosed()).isTrue();
    }

    /** {@link EventPoller#close}: closing twice does nothing. */
    @Test
    public void closingAPollerTwiceDoesNothing() throws Exception {
        FastTransport transport = start();
        EventPoller other = transport.subscribe(ALL);
        EventPoller poller = transport.subscribe(ALL);
        poller.close();

        assertThatCode(poller::close).doesNotThrowAnyException();
        assertThat(transport.subscribers()).as("subscriptions left").isEqualTo(1);
        other.close();
    }

    /** Wait until a call has got as far as to wait itself. */
    private void awaitParked(Call<?> call) throws Exception {
        waiting().until("a thread waits for an event", () -> switch (call.thread()
                .getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        });
    }
}
