package tasker.events.inprocess;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.EventPoller;

/**
 * Hand the events of the fast path to listeners, on a thread of its own.
 *
 * <p>The thread, a daemon named {@code tasker-domain-event-poller}, is woken by the publisher; the polling interval is
 * only the bound on one wait. Listeners are called on that thread, one after the other, each event in the order of the
 * channel: a slow listener delays the others, and events that are overwritten meanwhile are counted by
 * {@link #missed()}. A listener that throws, even an {@link Error}, reaches no other: it is counted, logged
 * ({@code TASKER-F102}) and called again for the next event. One that takes longer than the limit is counted and logged
 * ({@code TASKER-F104}), when it returns or, about as long after that limit, while it does not. The latter line comes
 * at most once in ten seconds for each listener, the former for each kind of failure of each, with its stack. Which
 * listeners want an event is looked up in an index.
 *
 * <p>A poller runs once: from {@link #start()} to {@link #stop}, or until the channel is closed and the rest was
 * delivered. Safe for use by many threads.
 */
public final class InProcessDomainEventPoller {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessDomainEventPoller.class);
    private static final String THREAD_NAME = "tasker-domain-event-poller";
    private static final String WATCH_NAME = "tasker-slow-listener-watch";

    /** How long a listener may take for one event unless another limit is given. */
    static final Duration SLOW_LISTENER = Duration.ofMillis(100);

    private final EventPoller source;
    private final Duration pollingInterval;
    private final ListenerStats stats;
    private final LogContext logContext;
    private final ListenerCalls calls;
    private final Object lock = new Object();

    /** Replaced under the lock. */
    private volatile Listeners listeners = Listeners.NONE;

    private volatile boolean stopping;
    private volatile Optional<String> failure = Optional.empty();
    private volatile long delivered;

    /** Set once, under the lock. */
    private volatile @Nullable Thread thread;

    /**
     * Build a poller that is not running yet.
     *
     * @param source where the events come from; it belongs to this poller, which closes it when it stops
     * @param pollingInterval the bound on one wait for an event ({@code polling_interval_ms}), more than zero
     * @throws InvalidValueException when the interval is zero or negative
     */
    public InProcessDomainEventPoller(EventPoller source, Duration pollingInterval) {
        this(source, pollingInterval, SLOW_LISTENER, new ListenerStats(), LogContext.NO_WORKER);
    }

    /** Build one with a limit on a listener's time, that counts into these and logs in this context. */
    InProcessDomainEventPoller(
            EventPoller source, Duration pollingInterval, Duration slow, ListenerStats stats, LogContext logContext) {
        this.source = Objects.requireNonNull(source, "source");
        if (!pollingInterval.isPositive()) {
            throw new InvalidValueException(
                    "polling_interval_ms", "is " + pollingInterval.toMillis() + "; at least 1 is required");
        }
        this.pollingInterval = pollingInterval;
        this.stats = stats;
        this.logContext = logContext;
        calls = new ListenerCalls(slow);
    }

    /**
     * Start the thread.
     *
     * @throws IllegalStateException when it was started or stopped before
     */
    public void start() {
        synchronized (lock) {
            if (thread != null || stopping) {
                throw new IllegalStateException("This poller was " + (stopping ? "stopped" : "started")
                        + " before, and a poller runs once; make a new one.");
            }
            Thread started = Thread.ofPlatform().daemon().name(THREAD_NAME).start(this::run);
            thread = started;
            Thread.ofVirtual().name(WATCH_NAME).start(() -> calls.watch(started));
        }
    }

    /**
     * Stop after the event that is being delivered, and wait at most this long for the thread to end. Events that were
     * not delivered by then are not delivered any more.
     *
     * <p>A listener may call this, too; then the thread ends once the listener returns, and this call does not wait.
     *
     * @return whether the thread has ended; {@code true} when it was never started
     * @throws InterruptedException when the waiting thread is interrupted; the poller stops nevertheless
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        stopSoon();
        return awaitEnd(timeout);
    }

    /** Stop after the event that is being delivered, without waiting for that. */
    void stopSoon() {
        synchronized (lock) {
            stopping = true;
        }
        source.close();
    }

    /** Stop without waiting, and interrupt the listener that is running, lest it hold the thread for ever. */
    void abandon() {
        stopSoon();
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
        }
    }

    /**
     * Wait at most this long until the thread has ended by itself, after the channel was closed and the rest delivered.
     *
     * @return whether it has ended; a listener that asks is told {@code false} at once
     */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        Thread running = thread;
        return running == null || (running != Thread.currentThread() && running.join(timeout));
    }

    /** Whether the thread is running. */
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    /**
     * Call a listener for every event of these types, from the next one on.
     *
     * @param name what logs call it: 1 to 128 letters, digits, {@code . _ $ -}
     * @return the registration, which the caller closes to be called no more
     * @throws InvalidValueException when the name is anything else
     */
    public Registration subscribe(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        Listener added = new Listener(name, pattern, listener, stats.of(Objects.requireNonNull(name, "name")));
        synchronized (lock) {
            listeners = listeners.with(added);
        }
        return () -> remove(added);
    }

    /** How many events were taken from the channel and offered to the listeners. */
    public long delivered() {
        return delivered;
    }

    /** How often a listener has thrown. */
    public long listenerErrors() {
        return calls.errors();
    }

    /** How often a listener has taken longer than its limit; a call that is still running counts once noticed. */
    public long slowCalls() {
        return calls.slowCalls();
    }

    /** The name of the listener that is running now and has taken too long already. */
    Optional<String> overdue() {
        return calls.overdue();
    }

    /** What ended the thread, by its class, where that was no stop. */
    Optional<String> failure() {
        return failure;
    }

    /** How many events were overwritten before this poller took them. */
    public long missed() {
        return source.missed();
    }

    private void remove(Listener listener) {
        synchronized (lock) {
            listeners = listeners.without(listener);
        }
    }

    private void run() {
        try {
            while (!stopping && !source.isClosed()) {
                next().ifPresent(this::deliver);
            }
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e.getClass().getName());
            LOG.error(
                    "event=poller_failed code=TASKER-F103 delivered={} reason=\"its source threw; listeners receive no"
                            + " more events until a new poller is started\"",
                    delivered,
                    e);
        } finally {
            source.close();
        }
    }

    private Optional<InProcessDomainEvent> next() {
        try {
            return source.poll(pollingInterval);
        } catch (InterruptedException ignored) {
            // Not a way to stop this thread: a listener has interrupted it, or someone who found it by its name.
            return Optional.empty();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by this one thread, read by all.
    private void deliver(InProcessDomainEvent event) {
        List<Listener> wanting = listeners.of(event);
        if (!wanting.isEmpty()) {
            logContext.call(event, source.trace(), () -> calls.call(wanting, event));
        }
        delivered++;
    }

    /** End a subscription. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /**
         * Call the listener no more. An event that is being delivered meanwhile may still reach it. Closing twice does
         * nothing.
         */
        @Override
        void close();
    }
}
