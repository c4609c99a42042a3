package tasker.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.ReceivedEvent;
import tasker.events.api.spi.WorkerContext;
import tasker.testkit.FakeStore.Message;

/** Consume as a consumer should, but for the promise that is broken. */
final class FakeConsumer implements DurableEventConsumer {
    private final FakeStore store;
    private final FakeStore.Queue queue;
    private final Object transport;
    private final ConsumerOptions options;
    private final Map<UUID, String> seen = new HashMap<>();
    private final boolean openedEmpty;
    private boolean closed;

    FakeConsumer(FakeStore store, Object transport, ConsumerOptions options) {
        this.store = store;
        this.transport = transport;
        this.options = options;
        queue = store.queue(options.queue().orElse(FakeDurable.QUEUE));
        openedEmpty = queue.total == 0;
    }

    @Override
    public List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException {
        if (Broken.is("anInterruptEndsTheWait") && Thread.interrupted()) {
            return List.of();
        }
        Instant deadline = Instant.now().plus(wait);
        boolean endless = Broken.is("receiveIsEmptyWhenNoneCame") && openedEmpty && wait.toMillis() == 20;
        boolean deaf = Broken.is("receiveWaitsForTheFirst") && openedEmpty && max == 10;
        while (true) {
            List<ReceivedEvent> received = deaf ? List.of() : read(max);
            if (!received.isEmpty() || deaf || (!endless && !Instant.now().isBefore(deadline))) {
                return received;
            }
            store.pause();
        }
    }

    private List<ReceivedEvent> read(int max) {
        synchronized (store) {
            int most = max == 2 && Broken.is("receivesNoMoreThanItAskedFor") ? 3 : max;
            List<ReceivedEvent> received = new ArrayList<>();
            for (Message message : List.copyOf(queue.messages)) {
                if (received.size() < most && isFree(message)) {
                    if (message.reads >= options.maxReads() && !Broken.is("anEventThatWasReadTooOftenIsADeadLetter")) {
                        bury(message, "was read too often", Optional.empty());
                    } else {
                        received.add(take(message));
                    }
                }
            }
            return received;
        }
    }

    private boolean isFree(Message message) {
        boolean elsewhere = !message.reader.equals(transport);
        if ((Broken.is("whatIsPublishedIsThereForAnotherWorker") && !message.writer.equals(transport))
                || (Broken.is("anEventThatIsNotSettledComesAgain") && elsewhere)) {
            return false;
        }
        boolean shown = Broken.is("aReceivedEventIsHiddenFromOthers") && elsewhere && !message.settled;
        return (message.isVisible() || shown) && isNext(message);
    }

    private boolean isNext(Message message) {
        String key = message.event.headers().get(ConsumerOptions.GROUP_HEADER);
        return !options.ordered()
                || key == null
                || Broken.is("eventsOfOneKeyWaitForEachOther")
                || queue.messages.stream()
                        .filter(other -> !other.settled)
                        .findFirst()
                        .filter(other -> other.id.equals(message.id))
                        .isPresent();
    }

    private ReceivedEvent take(Message message) {
        message.reads++;
        message.reader = transport;
        message.hide(options.visibilityTimeout());
        String before = seen.putIfAbsent(message.event.eventId(), message.id);
        boolean duplicate = !options.duplicateWindow().isZero()
                && before != null
                && (!before.equals(message.id) || Broken.is("anEventIsNoDuplicateOfItself"))
                && !Broken.is("aDuplicateIsTold");
        return new ReceivedEvent(
                message.event, FakeDurable.QUEUE, message.id, reads(message), message.enqueuedAt, duplicate);
    }

    private static int reads(Message message) {
        return message.reads + (Broken.is("readsAreCounted") ? 1 : 0);
    }

    /** The message, when this is its last read; whichever there is when the fence is broken. */
    private @Nullable Message held(ReceivedEvent event, String promise) {
        for (Message message : queue.messages) {
            boolean last = reads(message) == event.readCount() || Broken.is(promise);
            if (message.id.equals(event.messageId()) && last && !message.settled) {
                return message;
            }
        }
        return null;
    }

    @Override
    public List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events) {
        synchronized (store) {
            List<ReceivedEvent> lost = new ArrayList<>();
            for (ReceivedEvent event : events) {
                Message message = held(event, "anEventThatIsLostIsNotAcknowledged");
                if (message == null) {
                    boolean gone = queue.messages.isEmpty() && Broken.is("anEventThatIsSettledTwiceIsLost");
                    lost.addAll(gone ? List.of() : List.of(event));
                } else {
                    settle(message);
                }
            }
            return lost;
        }
    }

    private void settle(Message message) {
        if (Broken.is("anAcknowledgedEventIsGone") && options.onSuccess() == ConsumerOptions.OnSuccess.DELETE) {
            message.settled = true;
            message.hide(Duration.ofHours(1));
            return;
        }
        queue.messages.remove(message);
        if (options.onSuccess() == ConsumerOptions.OnSuccess.ARCHIVE && !Broken.is("anArchivedEventCanBeReplayed")) {
            queue.archive.add(message);
        }
    }

    @Override
    public List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility) {
        synchronized (store) {
            List<ReceivedEvent> lost = new ArrayList<>();
            for (ReceivedEvent event : events) {
                Message message = held(event, "anEventThatIsLostIsNotExtended");
                if (message == null) {
                    lost.add(event);
                } else if (!Broken.is("anExtendedEventStaysHidden")) {
                    message.hide(visibility);
                }
            }
            return lost;
        }
    }

    @Override
    public boolean release(ReceivedEvent event, Duration delay) {
        synchronized (store) {
            Message message = held(event, "anEventThatIsLostIsNotReleased");
            if (message != null && !(Broken.is("aReleasedEventComesAgain") && delay.isZero())) {
                message.hide(Broken.is("aReleasedEventWaitsForItsDelay") ? Duration.ZERO : delay);
            }
            return message != null;
        }
    }

    @Override
    public boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause) {
        synchronized (store) {
            Message message = held(event, "anEventThatIsLostIsNoDeadLetter");
            if (message != null) {
                bury(message, reason, cause.map(String::valueOf));
            }
            return message != null;
        }
    }

    private void bury(Message message, String reason, Optional<String> stack) {
        queue.messages.remove(message);
        message.reason = Broken.is("aDeadLetterSaysWhy") ? Optional.empty() : Optional.of(reason);
        message.stack = stack;
        message.diedAt = Instant.now();
        queue.dead.add(message);
    }

    @Override
    public void close() {
        if (closed && Broken.is("closingTwiceDoesNothing")) {
            throw new IllegalStateException("closed already");
        }
        closed = true;
        if (Broken.is("theEventsOfAClosedConsumerComeAgain")) {
            queue.messages.clear();
        }
    }

    /** Runs the contract. */
    static final class Contract extends DurableEventConsumerContract {
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
