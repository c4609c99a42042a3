package tasker.events.inprocess;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InProcessDomainEvent;

/**
 * Call listeners one after the other, and notice those that take too long: when they return, and while they do not.
 *
 * <p>Calls are made by one thread; another, which {@link #watch} runs on, looks after that.
 */
final class ListenerCalls {
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(100);

    private final Duration limit;
    private final long limitNanos;
    private volatile long errors;
    private volatile long slowCalls;

    /** When the call that runs now, or that ran last, began; written before the two below. */
    private long startedAt;

    /** The number of that call. */
    private volatile long begun;

    private volatile @Nullable Listener running;

    /** The number of the last call that was counted as slow. Guarded by this. */
    private long lastSlow;

    ListenerCalls(Duration limit) {
        this.limit = limit;
        limitNanos = limit.toNanos();
    }

    long errors() {
        return errors;
    }

    long slowCalls() {
        return slowCalls;
    }

    /** The name of the listener that runs now and has taken too long already. */
    Optional<String> overdue() {
        Listener listener = running;
        return listener != null && System.nanoTime() - startedAt > limitNanos
                ? Optional.of(listener.name())
                : Optional.empty();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by this one thread, read by all.
    void call(List<Listener> listeners, InProcessDomainEvent event) {
        long now = System.nanoTime();
        for (Listener listener : listeners) {
            startedAt = now;
            begun++;
            running = listener;
            boolean fine = listener.accept(event);
            running = null;
            if (!fine) {
                errors++;
            }
            long end = System.nanoTime();
            if (end - now > limitNanos) {
                slow(listener, begun, end - now, false);
            }
            now = end;
        }
    }

    /** Look, until the calling thread ends, whether a call takes too long. */
    void watch(Thread caller) {
        Duration pause = limit.compareTo(SHORTEST_LOOK) > 0 ? limit : SHORTEST_LOOK;
        try {
            while (!caller.join(pause)) {
                look();
            }
        } catch (InterruptedException ignored) {
            // Whoever interrupts the watch ends it; slow calls are then noticed when they return.
        }
    }

    private void look() {
        long call = begun;
        Listener listener = running;
        long taken = System.nanoTime() - startedAt;
        if (listener != null && taken > limitNanos && call == begun && listener == running) {
            slow(listener, call, taken, true);
        }
    }

    /** Count a slow call once, whoever has noticed first. */
    private synchronized void slow(Listener listener, long call, long taken, boolean stillRunning) {
        if (lastSlow < call) {
            lastSlow = call;
            slowCalls++;
            listener.slow(taken, limit, stillRunning);
        }
    }
}
