package tasker.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.QueueStatus;
import tasker.events.api.spi.WorkerContext;
import tasker.testkit.FakeStore.Message;

/** Administer queues as one should, but for the promise that is broken. */
final class FakeQueues implements QueueAdministration {
    private static final String DEAD = "_dlq";
    private final FakeStore store;

    FakeQueues(FakeStore store) {
        this.store = store;
    }

    @Override
    public String eventQueue() {
        return FakeDurable.QUEUE;
    }

    @Override
    public String deadLetterQueue() {
        return FakeDurable.QUEUE + DEAD;
    }

    @Override
    public List<QueueStatus> list() {
        synchronized (store) {
            List<QueueStatus> all = new ArrayList<>();
            store.queues.forEach((name, queue) -> {
                all.add(status(name, queue.messages, queue.total));
                all.add(status(name + DEAD, queue.dead, queue.dead.size()));
            });
            if (Broken.is("allQueuesAreListedInOrder")) {
                Collections.reverse(all);
            }
            return all;
        }
    }

    private static QueueStatus status(String name, List<Message> messages, long total) {
        long visible = messages.stream().filter(Message::isVisible).count();
        return new QueueStatus(
                name,
                Broken.is("hiddenMessagesCountInTheLength") ? visible : messages.size(),
                Broken.is("hiddenMessagesAreNotVisible") ? messages.size() : visible,
                messages.isEmpty() || Broken.is("onlyAQueueWithMessagesHasAnAge")
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(1)),
                Broken.is("settledMessagesCountInTheTotal") ? messages.size() : total);
    }

    @Override
    public Optional<QueueStatus> status(String name) {
        synchronized (store) {
            FakeStore.Queue queue = store.queues.get(name);
            if (queue == null && Broken.is("aQueueThatIsMissingHasNoStatus")) {
                return Optional.of(status(name, List.of(), 0));
            }
            String shown = Broken.is("theEventQueueHasAStatus") ? "q_" + name : name;
            return queue == null ? Optional.empty() : Optional.of(status(shown, queue.messages, queue.total));
        }
    }

    private FakeStore.Queue find(String name) {
        String own = name.endsWith(DEAD) ? name.substring(0, name.length() - DEAD.length()) : name;
        FakeStore.Queue queue = store.queues.get(own);
        if (queue == null && Broken.is("aQueueThatIsMissingIsRefused")) {
            return new FakeStore.Queue();
        }
        if (queue == null) {
            throw new TaskerException("TASKER-Q107", "there is no queue '" + name + "'");
        }
        return queue;
    }

    @Override
    public List<DeadLetter> deadLetters(String name, EventSelection selection, int limit) {
        synchronized (store) {
            List<Message> dead = new ArrayList<>(find(name).dead);
            boolean unknown = (Broken.is("deadLettersAreFoundByTheQueueThatHoldsThem") && name.endsWith(DEAD))
                    || (Broken.is("deadLettersAreFoundByTheirQueue")
                            && dead.stream()
                                    .anyMatch(
                                            message -> message.event.eventType().equals("test.by-queue")));
            if (unknown) {
                return List.of();
            }
            if (Broken.is("deadLettersComeOldestFirst")) {
                Collections.reverse(dead);
            }
            EventSelection effective = new EventSelection(
                    Broken.is("deadLettersAreChosenByTime") ? Optional.empty() : selection.since(),
                    Broken.is("deadLettersAreChosenByTime") ? Optional.empty() : selection.until(),
                    Broken.is("deadLettersAreChosenByType") ? List.of() : selection.types(),
                    Broken.is("deadLettersAreChosenByEventId") ? java.util.Set.of() : selection.eventIds(),
                    Broken.is("deadLettersAreChosenByMessageId") ? java.util.Set.of() : selection.messageIds());
            return dead.stream()
                    .filter(message -> FakeStore.isChosen(message, effective))
                    .limit(Broken.is("noMoreDeadLettersComeThanTheLimit") ? 100 : limit)
                    .map(FakeQueues::letter)
                    .toList();
        }
    }

    private static DeadLetter letter(Message message) {
        return new DeadLetter(
                FakeDurable.QUEUE + DEAD,
                message.id,
                message.reason,
                Optional.of("consumer"),
                message.stack,
                Optional.of(FakeDurable.QUEUE),
                Optional.of(message.id),
                Optional.of(message.reads),
                message.diedAt,
                Optional.of(message.event),
                "{}",
                Map.of());
    }

    @Override
    public long replayDeadLetters(String name, EventSelection selection) {
        boolean all = Broken.is("aReplayMovesWhatIsChosen");
        return move(name, true, all ? EventSelection.all() : selection, Broken.is("aReplayedDeadLetterIsAsNew"));
    }

    @Override
    public long purgeDeadLetters(String name, EventSelection selection) {
        synchronized (store) {
            List<Message> dead = find(name).dead;
            int before = dead.size();
            dead.removeIf(message -> Broken.is("aPurgeDeletesWhatIsChosen") || FakeStore.isChosen(message, selection));
            return (long) before - dead.size();
        }
    }

    @Override
    public long replayArchive(String name, EventSelection selection) {
        return move(name, false, selection, Broken.is("aReplayedArchiveIsAsNew"));
    }

    private long move(String name, boolean fromDead, EventSelection selection, boolean keepsReads) {
        synchronized (store) {
            FakeStore.Queue queue = find(name);
            List<Message> from = fromDead ? queue.dead : queue.archive;
            List<Message> moved = from.stream()
                    .filter(message -> FakeStore.isChosen(message, selection))
                    .toList();
            from.removeAll(moved);
            for (Message message : moved) {
                message.reads = keepsReads ? message.reads : 0;
                message.visibleAt = Instant.now();
                queue.messages.add(message);
            }
            return moved.size();
        }
    }

    /** Runs the contract. */
    static final class Contract extends QueueAdministrationContract {
        private final FakeStore fakeStore = new FakeStore();

        @Override
        protected DurableTransport create() {
            return new FakeDurable(fakeStore);
        }

        @Override
        protected WorkerContext context(DurableTransport transport) {
            return TestWorkerContext.of(transport);
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
