package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.ReceivedEvent;
import tasker.testkit.Waiting.Call;

/**
 * Test what {@link DurableEventConsumer}, {@link ConsumerOptions} and {@link ReceivedEvent} promise.
 *
 * <p>Not tested, since only the store itself can bring it about: what becomes of a message that is no event, and of a
 * call whose outcome is not known. Nor that duplicates are forgotten after their window.
 */
public abstract class DurableEventConsumerContract extends DurableContract {
    private static final ConsumerOptions DEFAULTS = ConsumerOptions.defaults();

    /** For subclasses. */
    protected DurableEventConsumerContract() {}

    /** {@link DurableEventConsumer#receive}: up to this many events. */
    @Test
    public void receivesNoMoreThanItAskedFor() throws Exception {
        DurableTransport transport = start();
        transport.publisher().publishAll(List.of(event(), event(), event()));

        assertThat(open(transport).receive(2, NO_WAIT)).hasSizeBetween(1, 2);
    }

    /** {@link DurableEventConsumer#receive}: waits for the first. */
    @Test
    public void receiveWaitsForTheFirst() throws Exception {
        DurableTransport transport = start();
        DurableEventConsumer consumer = open(transport);
        Call<List<ReceivedEvent>> receiving = waiting().begin(() -> consumer.receive(10, patience()));
        DomainEvent event = publish(transport);

        assertThat(events(waiting().end("an event has come", receiving))).containsExactly(event);
    }

    /** {@link DurableEventConsumer#receive}: empty when none came. */
    @Test
    public void receiveIsEmptyWhenNoneCame() throws Exception {
        DurableEventConsumer consumer = open(start());
        List<ReceivedEvent> received =
                waiting().call("receive has returned", () -> consumer.receive(10, Duration.ofMillis(20)));

        assertThat(received).isEmpty();
    }

    /** {@link DurableEventConsumer#receive}: throws when the waiting thread is interrupted. */
    @Test
    public void anInterruptEndsTheWait() throws Exception {
        DurableEventConsumer consumer = open(start());
        Call<Boolean> receiving = waiting().begin(() -> {
            Thread.currentThread().interrupt();
            try {
                consumer.receive(1, Duration.ofDays(1));
                return false;
            } catch (InterruptedException ignored) {
                return true;
            }
        });

        assertThat(waiting().end("receive has ended", receiving)).isTrue();
    }

    /** {@link DurableEventConsumer}: an event that is received stays hidden from other consumers. */
    @Test
    public void aReceivedEventIsHiddenFromOthers() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        next(open(transport));

        assertThat(open(start()).receive(10, NO_WAIT)).isEmpty();
    }

    /** {@link DurableEventConsumer}: unless it is settled, it is received again, here or elsewhere. */
    @Test
    public void anEventThatIsNotSettledComesAgain() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        next(openForASecond(transport));

        assertThat(next(open(start())).event()).isEqualTo(event);
    }

    /** {@link ReceivedEvent#readCount}: how often it has been read, this time included, from 1. */
    @Test
    public void readsAreCounted() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = openForASecond(transport);
        int first = next(consumer).readCount();
        int second = next(consumer).readCount();

        assertThat(List.of(first, second)).containsExactly(1, 2);
    }

    /** {@link DurableEventConsumer#close}: what is unsettled becomes visible again when its timeout runs out. */
    @Test
    public void theEventsOfAClosedConsumerComeAgain() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        DurableEventConsumer consumer = transport.openConsumer(DEFAULTS.withVisibilityTimeout(SECOND));
        next(consumer);
        consumer.close();

        assertThat(next(open(transport)).event()).isEqualTo(event);
    }

    /** {@link DurableEventConsumer#close}: closing twice does nothing. */
    @Test
    public void closingTwiceDoesNothing() throws Exception {
        DurableEventConsumer consumer = start().openConsumer(DEFAULTS);
        consumer.close();

        assertThatCode(consumer::close).doesNotThrowAnyException();
    }

    /** {@link DurableEventConsumer#acknowledge}: settles events as done. */
    @Test
    public void anAcknowledgedEventIsGone() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = open(transport);
        List<ReceivedEvent> lost = consumer.acknowledge(List.of(next(consumer)));

        assertThat(lost).as("lost").isEmpty();
        assertThat(status(transport).length()).as("length of the queue").isZero();
    }

    /** {@link ConsumerOptions.OnSuccess#ARCHIVE}: from where it can be replayed. */
    @Test
    public void anArchivedEventCanBeReplayed() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = open(transport, DEFAULTS.archiving());
        consumer.acknowledge(List.of(next(consumer)));
        QueueAdministration queues = transport.queues();

        assertThat(queues.replayArchive(queues.eventQueue(), EventSelection.all()))
                .as("replayed")
                .isEqualTo(1);
    }

    /** {@link DurableEventConsumer#extend}: keeps events hidden. A delayed event tells that the time is over. */
    @Test
    public void anExtendedEventStaysHidden() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = openForASecond(transport);
        List<ReceivedEvent> lost = consumer.extend(List.of(next(consumer)), HOUR);
        DomainEvent later = event();
        transport.publisher().publish(later, PublishOptions.defaults().after(SECOND.multipliedBy(2)));

        assertThat(lost).as("lost").isEmpty();
        assertThat(events(open(transport).receive(10, patience()))).containsExactly(later);
    }

    /** {@link DurableEventConsumer#release}: to be received again. */
    @Test
    public void aReleasedEventComesAgain() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        DurableEventConsumer consumer = open(transport, DEFAULTS.withVisibilityTimeout(HOUR));
        boolean released = consumer.release(next(consumer), Duration.ZERO);

        assertThat(released).isTrue();
        assertThat(next(open(transport)).event()).isEqualTo(event);
    }

    /** {@link DurableEventConsumer#release}: after a delay. */
    @Test
    public void aReleasedEventWaitsForItsDelay() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = open(transport);
        consumer.release(next(consumer), HOUR);

        assertThat(open(transport).receive(10, NO_WAIT)).isEmpty();
    }

    /** {@link DurableEventConsumer#deadLetter}: with the reason and the exception. */
    @Test
    public void aDeadLetterSaysWhy() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        DurableEventConsumer consumer = open(transport);
        boolean moved = consumer.deadLetter(
                next(consumer), "no such customer", Optional.of(new IllegalStateException("customer 7")));

        assertThat(moved).isTrue();
        assertThat(deadLetters(transport)).singleElement().satisfies(letter -> {
            assertThat(letter.event()).contains(event);
            assertThat(letter.reason().orElse("")).contains("no such customer");
            assertThat(letter.stack().orElse("")).contains("customer 7");
        });
    }

    /** {@link ConsumerOptions#maxReads}: an event that would be read more often goes to the dead letters. */
    @Test
    public void anEventThatWasReadTooOftenIsADeadLetter() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer =
                open(transport, DEFAULTS.withVisibilityTimeout(SECOND).withMaxReads(1));
        next(consumer);

        waiting().until("the event is a dead letter", () -> {
            assertThat(consumer.receive(1, Duration.ofMillis(20)))
                    .as("a second read")
                    .isEmpty();
            return deadLetters(transport).size() == 1;
        });
    }

    /** {@link DurableEventConsumer#acknowledge}: those that were no longer this consumer's are left as they are. */
    @Test
    public void anEventThatIsLostIsNotAcknowledged() throws Exception {
        DurableTransport transport = start();
        DurableEventConsumer consumer = openForASecond(transport);
        ReceivedEvent lost = lose(transport, consumer);

        assertThat(consumer.acknowledge(List.of(lost))).containsExactly(lost);
        assertThat(status(transport).length()).as("length of the queue").isEqualTo(1);
    }

    /** {@link DurableEventConsumer#extend}: those that were no longer this consumer's are returned. */
    @Test
    public void anEventThatIsLostIsNotExtended() throws Exception {
        DurableTransport transport = start();
        DurableEventConsumer consumer = openForASecond(transport);
        ReceivedEvent lost = lose(transport, consumer);

        assertThat(consumer.extend(List.of(lost), HOUR)).containsExactly(lost);
    }

    /** {@link DurableEventConsumer#release}: whether it was still this consumer's. */
    @Test
    public void anEventThatIsLostIsNotReleased() throws Exception {
        DurableTransport transport = start();
        DurableEventConsumer consumer = openForASecond(transport);
        ReceivedEvent lost = lose(transport, consumer);

        assertThat(consumer.release(lost, Duration.ZERO)).isFalse();
        assertThat(open(transport).receive(1, NO_WAIT))
                .as("what became visible")
                .isEmpty();
    }

    /** {@link DurableEventConsumer#deadLetter}: whether it was still this consumer's. */
    @Test
    public void anEventThatIsLostIsNoDeadLetter() throws Exception {
        DurableTransport transport = start();
        DurableEventConsumer consumer = openForASecond(transport);
        ReceivedEvent lost = lose(transport, consumer);

        assertThat(consumer.deadLetter(lost, "too late", Optional.empty())).isFalse();
        assertThat(deadLetters(transport)).isEmpty();
    }

    /** {@link DurableEventConsumer}: what the first call has settled is then reported as lost. */
    @Test
    public void anEventThatIsSettledTwiceIsLost() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = open(transport);
        List<ReceivedEvent> received = List.of(next(consumer));
        consumer.acknowledge(received);

        assertThat(consumer.acknowledge(received)).isEqualTo(received);
    }

    /** {@link ConsumerOptions#ordered}: the next is received only when the one before it is acknowledged. */
    @Test
    public void eventsOfOneKeyWaitForEachOther() throws Exception {
        DurableTransport transport = start();
        List<DomainEvent> events = List.of(keyed(), keyed());
        transport.publisher().publishAll(events);
        DurableEventConsumer consumer = open(transport, DEFAULTS.inOrder());
        ReceivedEvent first = next(consumer);
        List<ReceivedEvent> meanwhile = open(transport, DEFAULTS.inOrder()).receive(10, NO_WAIT);
        consumer.acknowledge(List.of(first));

        assertThat(meanwhile).isEmpty();
        assertThat(List.of(first.event(), next(consumer).event())).isEqualTo(events);
    }

    /** {@link ReceivedEvent#duplicate}: the same {@code event_id} in another message within the window. */
    @Test
    public void aDuplicateIsTold() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        transport.publisher().publish(event);
        DurableEventConsumer consumer = open(transport, DEFAULTS.withDuplicateWindow(HOUR));
        boolean first = next(consumer).duplicate();
        boolean second = next(consumer).duplicate();

        assertThat(List.of(first, second)).containsExactly(false, true);
    }

    /** {@link ReceivedEvent#duplicate}: a message that is received again is no duplicate of itself. */
    @Test
    public void anEventIsNoDuplicateOfItself() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer =
                open(transport, DEFAULTS.withVisibilityTimeout(SECOND).withDuplicateWindow(HOUR));
        next(consumer);

        assertThat(next(consumer).duplicate()).isFalse();
    }

    private DomainEvent keyed() {
        return DomainEvent.builder("test.happened", "testkit")
                .payload(Map.of())
                .header(ConsumerOptions.GROUP_HEADER, "key")
                .build();
    }

    /** Receive an event, and let another worker's consumer receive it after its time. */
    private ReceivedEvent lose(DurableTransport transport, DurableEventConsumer consumer) throws Exception {
        publish(transport);
        ReceivedEvent received = next(consumer);
        next(open(transport, DEFAULTS.withVisibilityTimeout(HOUR)));
        return received;
    }

    private static List<DeadLetter> deadLetters(DurableTransport transport) {
        QueueAdministration queues = transport.queues();
        return queues.deadLetters(queues.eventQueue(), EventSelection.all(), 10);
    }
}
