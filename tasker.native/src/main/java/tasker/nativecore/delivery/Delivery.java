package tasker.nativecore.delivery;

import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.ReceivedEvent;

/**
 * Follow one event from its receipt until it is settled.
 *
 * <p>The handler that returns, the keeper that finds the event lost, and the close may each want to end its handling:
 * {@link #end} lets one of them through. The interrupt can reach the thread only while the handler has it.
 */
final class Delivery {
    private final ReceivedEvent received;
    private volatile long hiddenSince;
    private @Nullable Thread thread;
    private boolean ended;
    private volatile Cut cut = Cut.NONE;

    /** Begin with an event whose visibility was counted from this time on, a {@link System#nanoTime}. */
    Delivery(ReceivedEvent received, long hiddenSince) {
        this.received = received;
        this.hiddenSince = hiddenSince;
    }

    ReceivedEvent received() {
        return received;
    }

    /** When the visibility of the event last began. */
    long hiddenSince() {
        return hiddenSince;
    }

    void extendedAt(long nanos) {
        hiddenSince = nanos;
    }

    Cut cut() {
        return cut;
    }

    /** Give the handler this thread; {@code false} when it must not begin any more. */
    synchronized boolean begin() {
        if (ended || cut != Cut.NONE) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /** Interrupt the handler for this reason, unless it has ended or was interrupted before. */
    synchronized boolean cutShort(Cut reason) {
        if (ended || cut != Cut.NONE) {
            return false;
        }
        cut = reason;
        if (thread != null) {
            thread.interrupt();
        }
        return true;
    }

    /** End the handling; {@code true} for the one caller that may settle the event. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        thread = null;
        return first;
    }

    /** Name the reasons for an interrupt. */
    enum Cut {
        /** There was none. */
        NONE,
        /** Another consumer has the event. */
        LOST,
        /** The subscription closes. */
        STOP
    }
}
