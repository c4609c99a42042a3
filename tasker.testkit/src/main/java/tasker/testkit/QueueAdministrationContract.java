package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.QueueStatus;
import tasker.events.api.spi.ReceivedEvent;

/**
 * Test what {@link QueueAdministration}, {@link QueueStatus} and {@link EventSelection} promise.
 *
 * <p>Not tested, since a store would have to fail for it: what is left of a replay that was interrupted.
 */
public abstract class QueueAdministrationContract extends DurableContract {
    private static final EventSelection ALL = EventSelection.all();

    /** For subclasses. */
    protected QueueAdministrationContract() {}

    /** {@link QueueAdministration#status}: the queue that the worker's own events go to. */
    @Test
    public void theEventQueueHasAStatus() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        QueueAdministration queues = transport.queues();

        assertThat(queues.status(queues.eventQueue()).map(QueueStatus::name)).contains(queues.eventQueue());
    }

    /** {@link QueueAdministration#status}: empty when there is no queue of that name. */
    @Test
    public void aQueueThatIsMissingHasNoStatus() throws Exception {
        assertThat(start().queues().status("no_such_queue")).isEmpty();
    }

    /** {@link QueueAdministration#list}: every queue of the store, sorted by name. */
    @Test
    public void allQueuesAreListedInOrder() throws Exception {
        DurableTransport transport = start();
        deadLetter(transport, "test.happened", "for the test");
        QueueAdministration queues = transport.queues();

        assertThat(queues.list().stream().map(QueueStatus::name).toList())
                .contains(queues.eventQueue(), queues.deadLetterQueue())
                .isSorted();
    }

    /** {@link QueueStatus#length}: messages in it, hidden ones included. */
    @Test
    public void hiddenMessagesCountInTheLength() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        publish(transport);
        next(open(transport));

        assertThat(status(transport).length()).isEqualTo(2);
    }

    /** {@link QueueStatus#visibleLength}: messages that could be read now. */
    @Test
    public void hiddenMessagesAreNotVisible() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        publish(transport);
        next(open(transport));

        assertThat(status(transport).visibleLength()).isEqualTo(1);
    }

    /** {@link QueueStatus#totalMessages}: messages that were ever written to it. */
    @Test
    public void settledMessagesCountInTheTotal() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        DurableEventConsumer consumer = open(transport);
        consumer.acknowledge(List.of(next(consumer)));

        assertThat(status(transport).totalMessages()).isEqualTo(1);
    }

    /** {@link QueueStatus#oldestAge}: empty when the queue is. */
    @Test
    public void onlyAQueueWithMessagesHasAnAge() throws Exception {
        DurableTransport transport = start();
        publish(transport);
        boolean full = status(transport).oldestAge().isPresent();
        DurableEventConsumer consumer = open(transport);
        consumer.acknowledge(List.of(next(consumer)));

        assertThat(List.of(full, status(transport).oldestAge().isPresent())).containsExactly(true, false);
    }

    /** {@link QueueAdministration}: a queue that is asked for its dead letters is named by itself. */
    @Test
    public void deadLettersAreFoundByTheirQueue() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = deadLetter(transport, "test.by-queue", "for the test");
        QueueAdministration queues = transport.queues();

        assertThat(dead(queues.deadLetters(queues.eventQueue(), ALL, 10))).containsExactly(event);
    }

    /** {@link QueueAdministration}: or by the queue that holds them. */
    @Test
    public void deadLettersAreFoundByTheQueueThatHoldsThem() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = deadLetter(transport, "test.happened", "for the test");
        QueueAdministration queues = transport.queues();

        assertThat(dead(queues.deadLetters(queues.deadLetterQueue(), ALL, 10))).containsExactly(event);
    }

    /** {@link QueueAdministration#deadLetters}: oldest first. */
    @Test
    public void deadLettersComeOldestFirst() throws Exception {
        DurableTransport transport = start();
        DomainEvent first = deadLetter(transport, "test.first", "for the test");
        DomainEvent second = deadLetter(transport, "test.second", "for the test");
        QueueAdministration queues = transport.queues();

        assertThat(dead(queues.deadLetters(queues.eventQueue(), ALL, 10))).containsExactly(first, second);
    }

    /** {@link QueueAdministration#deadLetters}: the most to return. */
    @Test
    public void noMoreDeadLettersComeThanTheLimit() throws Exception {
        DurableTransport transport = start();
        deadLetter(transport, "test.first", "for the test");
        deadLetter(transport, "test.second", "for the test");
        QueueAdministration queues = transport.queues();

        assertThat(queues.deadLetters(queues.eventQueue(), ALL, 1)).hasSize(1);
    }

    /** {@link EventSelection#types}: events whose type matches. */
    @Test
    public void deadLettersAreChosenByType() throws Exception {
        DurableTransport transport = start();
        deadLetter(transport, "test.happened", "for the test");
        DomainEvent order = deadLetter(transport, "order.created", "for the test");

        assertThat(chosen(transport, ALL.types(List.of(EventPattern.parse("order.*")))))
                .containsExactly(order);
    }

    /** {@link EventSelection#eventIds}: those that have one of these ids. */
    @Test
    public void deadLettersAreChosenByEventId() throws Exception {
        DurableTransport transport = start();
        deadLetter(transport, "test.happened", "for the test");
        DomainEvent second = deadLetter(transport, "test.happened", "for the test");

        assertThat(chosen(transport, ALL.event(second.eventId()))).containsExactly(second);
    }

    /** {@link EventSelection#messageIds}: what the store knows messages by. */
    @Test
    public void deadLettersAreChosenByMessageId() throws Exception {
        DurableTransport transport = start();
        DomainEvent first = deadLetter(transport, "test.happened", "for the test");
        deadLetter(transport, "test.happened", "for the test");
        QueueAdministration queues = transport.queues();
        String id = queues.deadLetters(queues.eventQueue(), ALL.event(first.eventId()), 1).stream()
                .map(DeadLetter::messageId)
                .findFirst()
                .orElse("none");

        assertThat(chosen(transport, ALL.message(id))).containsExactly(first);
    }

    /** {@link EventSelection#since}: those that came there at this time or later. */
    @Test
    public void deadLettersAreChosenByTime() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = deadLetter(transport, "test.happened", "for the test");
        Instant came = deadLetters(transport, ALL).getFirst().deadLetteredAt();

        assertThat(chosen(transport, ALL.since(came).until(came.plusSeconds(1))))
                .containsExactly(event);
        assertThat(chosen(transport, ALL.since(came.plusSeconds(1)))).isEmpty();
        assertThat(chosen(transport, ALL.until(came))).isEmpty();
    }

    /** {@link QueueAdministration#deadLetters}: throws when there is no such queue. */
    @Test
    public void aQueueThatIsMissingIsRefused() throws Exception {
        QueueAdministration queues = start().queues();

        assertThatThrownBy(() -> queues.deadLetters("no_such_queue", ALL, 10)).isInstanceOf(TaskerException.class);
        assertThatThrownBy(() -> queues.replayDeadLetters("no_such_queue", ALL)).isInstanceOf(TaskerException.class);
        assertThatThrownBy(() -> queues.purgeDeadLetters("no_such_queue", ALL)).isInstanceOf(TaskerException.class);
    }

    /** {@link QueueAdministration}: a replay moves messages back as new: with their ids, and not yet read. */
    @Test
    public void aReplayedDeadLetterIsAsNew() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = deadLetter(transport, "test.happened", "for the test");
        QueueAdministration queues = transport.queues();
        queues.replayDeadLetters(queues.eventQueue(), ALL);
        ReceivedEvent received = next(open(transport));

        assertThat(received.event()).isEqualTo(event);
        assertThat(received.readCount()).as("read count").isEqualTo(1);
    }

    /** {@link QueueAdministration#replayDeadLetters}: moves those that are chosen, and says how many. */
    @Test
    public void aReplayMovesWhatIsChosen() throws Exception {
        DurableTransport transport = start();
        DomainEvent first = deadLetter(transport, "test.first", "for the test");
        DomainEvent second = deadLetter(transport, "test.second", "for the test");
        QueueAdministration queues = transport.queues();
        long moved = queues.replayDeadLetters(queues.eventQueue(), ALL.event(second.eventId()));

        assertThat(moved).isEqualTo(1);
        assertThat(chosen(transport, ALL)).as("dead letters that are left").containsExactly(first);
    }

    /** {@link QueueAdministration#purgeDeadLetters}: deletes those that are chosen, and says how many. */
    @Test
    public void aPurgeDeletesWhatIsChosen() throws Exception {
        DurableTransport transport = start();
        DomainEvent first = deadLetter(transport, "test.first", "for the test");
        DomainEvent second = deadLetter(transport, "test.second", "for the test");
        QueueAdministration queues = transport.queues();
        long deleted = queues.purgeDeadLetters(queues.eventQueue(), ALL.event(second.eventId()));

        assertThat(deleted).isEqualTo(1);
        assertThat(chosen(transport, ALL)).as("dead letters that are left").containsExactly(first);
    }

    /** {@link QueueAdministration#replayArchive}: moves messages of the archive back, as new. */
    @Test
    public void aReplayedArchiveIsAsNew() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = publish(transport);
        DurableEventConsumer consumer =
                open(transport, ConsumerOptions.defaults().archiving());
        consumer.acknowledge(List.of(next(consumer)));
        QueueAdministration queues = transport.queues();
        queues.replayArchive(queues.eventQueue(), ALL);
        ReceivedEvent received = next(open(transport));

        assertThat(received.event()).isEqualTo(event);
        assertThat(received.readCount()).as("read count").isEqualTo(1);
    }

    private static List<DeadLetter> deadLetters(DurableTransport transport, EventSelection selection) {
        return transport.queues().deadLetters(transport.queues().eventQueue(), selection, 10);
    }

    private static List<DomainEvent> chosen(DurableTransport transport, EventSelection selection) {
        return dead(deadLetters(transport, selection));
    }

    private static List<DomainEvent> dead(List<DeadLetter> letters) {
        return letters.stream().map(letter -> letter.event().orElseThrow()).toList();
    }
}
