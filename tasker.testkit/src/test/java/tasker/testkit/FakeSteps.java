package tasker.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;
import tasker.events.api.spi.WorkerContext;

/** Hold steps as a queue should, but for the promise that is broken; guarded by the list that workers share. */
public final class FakeSteps implements StepQueue {
    private static final Duration VISIBILITY = Duration.ofMillis(100);
    private final List<Message> messages;

    /** Made by the tests. */
    public FakeSteps() {
        this(new ArrayList<>());
    }

    private FakeSteps(List<Message> messages) {
        this.messages = messages;
    }

    private static final class Message {
        final Object writer;
        StepRequest request;
        StepLimits limits;
        Object reader;
        int reads;
        int starts;
        Instant visibleAt = Instant.now();

        Message(StepRequest request, StepLimits limits, Object writer) {
            this.request = request;
            this.limits = limits;
            this.writer = writer;
            reader = writer;
        }

        void hide(Duration time) {
            visibleAt = Instant.now().plus(time);
        }
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Optional<StepSource> openSteps() {
        synchronized (messages) {
            return Optional.of(new Source(messages.isEmpty()));
        }
    }

    @Override
    public void add(StepRequest request, StepLimits limits) {
        synchronized (messages) {
            messages.add(new Message(request, Broken.is("theWholeStepIsKept") ? StepLimits.once() : limits, this));
            messages.notifyAll();
        }
    }

    private final class Source implements StepSource {
        private final boolean openedEmpty;
        private boolean closed;
        private int asked;

        Source(boolean openedEmpty) {
            this.openedEmpty = openedEmpty;
        }

        @Override
        public Duration visibility() {
            return Broken.is("theVisibilityIsAlwaysTheSame") ? VISIBILITY.plusMillis(++asked) : VISIBILITY;
        }

        @Override
        public List<ReceivedStep> receive(int max, Duration wait) throws InterruptedException {
            if (Broken.is("anInterruptEndsTheWait") && Thread.interrupted()) {
                return List.of();
            }
            Instant deadline = Instant.now().plus(wait);
            boolean quick = wait.toMillis() == 20;
            boolean endless = Broken.is("receiveIsEmptyWhenNoneCame") && quick;
            boolean deaf = Broken.is("receiveWaitsForTheFirst")
                    && openedEmpty
                    && wait.equals(Broken.PATIENCE)
                    && Thread.currentThread().getName().equals("testkit");
            synchronized (messages) {
                while (true) {
                    List<ReceivedStep> received = deaf ? List.of() : read(max);
                    if (!received.isEmpty()
                            || deaf
                            || (!endless && !Instant.now().isBefore(deadline))) {
                        return received;
                    }
                    messages.wait(5);
                }
            }
        }

        private List<ReceivedStep> read(int max) {
            int most = max == 2 && Broken.is("receivesNoMoreThanItAskedFor") ? 3 : max;
            List<ReceivedStep> received = new ArrayList<>();
            for (Message message : messages) {
                boolean hidden = message.visibleAt.isAfter(Instant.now())
                        && !(Broken.is("aReceivedStepIsHiddenFromOthers") && !message.reader.equals(FakeSteps.this));
                boolean foreign = Broken.is("whatIsAddedIsThereForAnotherWorker")
                        && message.reads == 0
                        && !message.writer.equals(FakeSteps.this);
                if (!hidden && !foreign && received.size() < most) {
                    received.add(take(message));
                }
            }
            return received;
        }

        private ReceivedStep.Step take(Message message) {
            message.reads++;
            message.starts++;
            message.reader = FakeSteps.this;
            message.hide(VISIBILITY);
            return new ReceivedStep.Step(
                    message.request.stepId().toString(),
                    reads(message),
                    message.starts,
                    message.request,
                    message.limits,
                    Optional.empty());
        }

        private static int reads(Message message) {
            return message.reads + (Broken.is("aStepThatIsNotSettledComesAgain") ? 1 : 0);
        }

        /** The message, when this is its last read; whichever there is when the fence is broken. */
        private @Nullable Message held(ReceivedStep step, String promise) {
            for (Message message : messages) {
                boolean last = reads(message) == step.readCount() || Broken.is(promise);
                if (message.request.stepId().toString().equals(step.messageId()) && last) {
                    return message;
                }
            }
            return null;
        }

        @Override
        public List<ReceivedStep.Step> extend(Collection<ReceivedStep.Step> steps, Duration visibility) {
            synchronized (messages) {
                List<ReceivedStep.Step> lost = new ArrayList<>();
                for (ReceivedStep.Step step : steps) {
                    Message message = held(step, "aStepThatIsLostIsNotExtended");
                    if (message == null) {
                        lost.add(step);
                    } else {
                        message.hide(visibility);
                    }
                }
                return lost;
            }
        }

        @Override
        public void leave(Collection<ReceivedStep.Step> steps) {
            synchronized (messages) {
                for (ReceivedStep.Step step : steps) {
                    Message message = held(step, "");
                    if (message != null && !Broken.is("aStepThatIsLeftWasNotStarted")) {
                        message.starts--;
                    }
                }
            }
        }

        @Override
        public boolean settle(StepSettlement settlement) {
            return remove(settlement.step(), "aStepThatIsLostIsNotSettled", "aSettledStepIsGone");
        }

        private boolean remove(ReceivedStep step, String fence, String removal) {
            synchronized (messages) {
                Message message = held(step, fence);
                if (message != null && !Broken.is(removal)) {
                    messages.remove(message);
                }
                return message != null;
            }
        }

        @Override
        public boolean release(ReceivedStep.Step step, int nextAttempt, Duration delay) {
            synchronized (messages) {
                Message message = held(step, "aStepThatIsLostIsNotReleased");
                if (message == null) {
                    return false;
                }
                if (!Broken.is("aReleasedStepComesAgainAsTheNextAttempt")) {
                    message.request = message.request.withAttempt(nextAttempt);
                }
                message.starts = Broken.is("theStartsOfAReleasedStepBeginAnew") ? message.starts : 0;
                message.hide(Broken.is("aReleasedStepWaitsForItsDelay") ? Duration.ZERO : delay);
                return true;
            }
        }

        @Override
        public boolean deadLetter(ReceivedStep step, String reason) {
            return remove(step, "aStepThatIsLostIsNoDeadLetter", "aDeadLetterIsGone");
        }

        @Override
        public boolean deadLetter(ReceivedStep.Step step, ResultRefusedException refusal) {
            return deadLetter(step, String.valueOf(refusal.getMessage()));
        }

        @Override
        public void close() {
            if (closed && Broken.is("closingTwiceDoesNothing")) {
                throw new IllegalStateException("closed already");
            }
            closed = true;
        }
    }

    /** Runs the contract. */
    static final class Contract extends StepQueueContract {
        private final List<Message> store = new ArrayList<>();

        @Override
        protected StepQueue create() {
            return new FakeSteps(store);
        }

        @Override
        protected WorkerContext context(StepQueue queue) {
            return TestWorkerContext.of(queue);
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
