package tasker.events.inprocess;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventFlowSubscription;

/**
 * Hand the events of one poller to one subscriber of a reactive stream, as many as it asks for.
 *
 * <p>Whoever changes something adds one to the signals; whoever finds none before starts a virtual thread, which alone
 * calls the subscriber, until it has seen all signals and there is nothing to do: no demand, or the end. Whatever may
 * stop a thread that waits for an event closes the poller, which wakes it.
 */
final class FlowSubscription implements EventFlowSubscription {
    /** As good as for ever; the wait is ended by an event, or by the close of the poller. */
    private static final Duration WAIT = Duration.ofDays(365);

    private final ChannelEventPoller source;
    private final Flows flows;
    private final LogContext logContext;
    private final AtomicLong demand = new AtomicLong();

    /** From 1, so that nothing is delivered before {@link #begin} has called onSubscribe. */
    private final AtomicInteger signals = new AtomicInteger(1);

    /** Until the subscription ends; written by the thread that calls it. */
    private Flow.@Nullable Subscriber<? super InProcessDomainEvent> subscriber;

    private volatile @Nullable Thread thread;
    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException refused;

    FlowSubscription(
            ChannelEventPoller source,
            Flow.Subscriber<? super InProcessDomainEvent> subscriber,
            Flows flows,
            LogContext logContext) {
        this.source = source;
        this.logContext = logContext;
        this.subscriber = subscriber;
        this.flows = flows;
    }

    /** Call onSubscribe on this thread, and whatever follows on another. */
    void begin() {
        Flow.Subscriber<? super InProcessDomainEvent> starting = subscriber;
        try {
            if (starting != null) {
                starting.onSubscribe(this);
            }
        } catch (Throwable failure) {
            fail(starting, failure);
        }
        startThread();
    }

    @Override
    public void request(long count) {
        if (cancelled) {
            return;
        }
        if (count <= 0) {
            refused = new IllegalArgumentException("request(" + count + "): at least 1 must be asked for");
            source.close();
        } else {
            demand.accumulateAndGet(count, (had, more) -> had > Long.MAX_VALUE - more ? Long.MAX_VALUE : had + more);
        }
        signal();
    }

    @Override
    public void cancel() {
        cancelled = true;
        source.close();
        signal();
    }

    @Override
    public long missed() {
        return source.missed();
    }

    /** Have the subscriber's thread look at how things stand. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            startThread();
        }
    }

    /** Whether a thread other than this one is delivering, or about to. */
    boolean isDelivering() {
        return signals.get() > 0 && thread != Thread.currentThread();
    }

    private void startThread() {
        Thread.ofVirtual().name("tasker-flow-subscriber").start(this::run);
    }

    private void run() {
        int seen = signals.get();
        do {
            thread = Thread.currentThread();
            deliver();
            if (signals.get() == seen) {
                thread = null;
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
        flows.idle();
    }

    private void deliver() {
        Flow.Subscriber<? super InProcessDomainEvent> to = subscriber;
        while (to != null) {
            // First, as cancel and request say why before they close it.
            boolean closed = source.isClosed();
            IllegalArgumentException refusal = refused;
            if (cancelled) {
                end();
            } else if (refusal != null) {
                end();
                tell(to, () -> to.onError(refusal));
            } else if (closed) {
                end();
                tell(to, to::onComplete);
            } else if (demand.get() == 0) {
                return;
            } else {
                next().ifPresent(event -> hand(to, event));
                continue;
            }
            return;
        }
    }

    private void hand(Flow.Subscriber<? super InProcessDomainEvent> to, InProcessDomainEvent event) {
        if (cancelled || refused != null) {
            return;
        }
        demand.updateAndGet(had -> had == Long.MAX_VALUE ? had : had - 1);
        logContext.call(event, source.trace(), () -> tell(to, () -> to.onNext(event)));
        source.done();
        // An interrupt that the subscriber left behind must not end the next wait.
        Thread.interrupted();
    }

    private Optional<InProcessDomainEvent> next() {
        try {
            return source.poll(WAIT);
        } catch (InterruptedException ignored) {
            // Not a way to end a subscription, which has cancel for that.
            return Optional.empty();
        }
    }

    private void tell(Flow.Subscriber<? super InProcessDomainEvent> to, Runnable what) {
        try {
            what.run();
        } catch (Throwable failure) {
            fail(to, failure);
        }
    }

    private void fail(Flow.@Nullable Subscriber<? super InProcessDomainEvent> to, Throwable failure) {
        cancelled = true;
        // Told first, so that whoever sees the subscription gone finds the reason.
        flows.failed(to, failure);
        source.close();
    }

    /** Let go of the poller and of the subscriber, so that nothing of it is kept by whoever keeps this. */
    private void end() {
        cancelled = true;
        source.close();
        subscriber = null;
        flows.forget(this);
    }
}
