package tasker.testkit;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;

/** Poll as a poller should, but for the promise that is broken; guarded by its transport. */
final class FakePoller implements EventPoller {
    final int index;
    private final FakeFast transport;
    private final EventPattern pattern;
    private final boolean madeOpen;
    private int position;
    private int matched;
    private long missed;
    private boolean closed;
    private boolean waiting;
    private Optional<TraceContext> trace = Optional.empty();

    FakePoller(FakeFast transport, EventPattern pattern, int position, int index, boolean madeOpen) {
        this.transport = transport;
        this.pattern = pattern;
        this.position = position;
        this.index = index;
        this.madeOpen = madeOpen;
    }

    @Override
    public Optional<InProcessDomainEvent> poll() {
        synchronized (transport) {
            try {
                while (Broken.is("pollIsEmptyWhenThereIsNone") && transport.log.isEmpty()) {
                    transport.wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            boolean blind = Broken.is("whatIsPublishedIsVisibleAtOnce") && index == 1 && transport.log.size() == 1;
            return blind ? Optional.empty() : next();
        }
    }

    private Optional<InProcessDomainEvent> next() {
        skipOverwritten();
        while (position < transport.log.size() && (!closed || Broken.is("aClosedPollerReceivesNothing"))) {
            DomainEvent event = transport.log.get(
                    Broken.is("allSubscribersSeeOneOrder") && index == 1 && transport.log.size() == FakeFast.CAPACITY
                            ? FakeFast.CAPACITY - 1 - position
                            : position);
            position++;
            if (matches(event)) {
                matched++;
                boolean keeps = Broken.is("thereIsNoTraceOfAnEventWithoutOne")
                        && event.trace().isEmpty();
                trace = keeps ? trace : event.trace();
                return Optional.of(InProcessDomainEvent.of(event));
            }
        }
        return Optional.empty();
    }

    private boolean matches(DomainEvent event) {
        return (Broken.is("receivesTheTypesThatItAskedFor") && event.eventType().startsWith("order."))
                || pattern.matches(event.eventType());
    }

    private void skipOverwritten() {
        int behind = transport.oldest() - position;
        if (behind > 0) {
            long counted = (long) behind + (Broken.is("countsExactlyWhatItMissed") && missed > 0 ? 1 : 0);
            missed += counted;
            transport.drop(this, counted);
            position = transport.oldest() + (Broken.is("resumesAtTheOldestEventThatIsHeld") ? 1 : 0);
        }
    }

    @Override
    public Optional<InProcessDomainEvent> poll(Duration bound) throws InterruptedException {
        boolean endless = Broken.is("pollEndsWhenNoneCame");
        long deadline = System.nanoTime() + bound.toNanos();
        synchronized (transport) {
            if (waiting && !Broken.is("twoThreadsCannotWait")) {
                throw new IllegalStateException("another thread waits in this poller");
            }
            waiting = true;
            try {
                Optional<InProcessDomainEvent> event = next();
                boolean ends = false;
                while (event.isEmpty() && !ends) {
                    pause(endless ? 0 : deadline - System.nanoTime());
                    boolean over = closed && !Broken.is("pollEndsWhenThePollerIsClosed");
                    event = Broken.is("pollWaitsForAnEvent") ? Optional.empty() : next();
                    ends = over || !transport.isOpen() || (!endless && System.nanoTime() - deadline >= 0);
                }
                return event;
            } finally {
                waiting = false;
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // it is called in one
    private void pause(long nanos) throws InterruptedException {
        try {
            transport.wait(nanos == 0 ? 0 : Math.max(1, nanos / 1_000_000));
        } catch (InterruptedException e) {
            if (!Broken.is("anInterruptEndsTheWait")) {
                throw e;
            }
        }
    }

    @Override
    public Optional<TraceContext> trace() {
        return Broken.is("theTraceIsThatOfTheLastEvent") ? Optional.empty() : trace;
    }

    @Override
    public long position() {
        return Broken.is("thePositionCountsEventsOfAnyType") ? matched : position;
    }

    @Override
    public long missed() {
        return missed;
    }

    @Override
    public boolean isClosed() {
        synchronized (transport) {
            if (!transport.isStarted()) {
                return !Broken.is("aSubscriptionBeforeTheStartIsClosed");
            }
            if (!madeOpen && Broken.is("aSubscriptionAfterTheCloseIsClosed")) {
                return false;
            }
            boolean rest = position < transport.log.size() && !Broken.is("isClosedOnceTheRestWasPolled");
            return closed || (!transport.isOpen() && !rest);
        }
    }

    @Override
    public void close() {
        synchronized (transport) {
            if (!closed || Broken.is("closingAPollerTwiceDoesNothing")) {
                transport.remove(this);
            }
            closed = true;
            transport.notifyAll();
        }
    }

    /** Runs the contract. */
    static final class Contract extends EventPollerContract {
        @Override
        protected FastTransport create() {
            return new FakeFast();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
