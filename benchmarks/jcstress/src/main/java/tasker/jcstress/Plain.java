package tasker.jcstress;

import java.time.Duration;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** An element whose fields are plain: only its publication makes them visible. */
final class Plain {
    /** What {@link #whole} says of one that was seen half written. */
    private static final int TORN = 99;

    /** What {@link #take} says when it waited to its bound. */
    private static final int NOT_WOKEN = 77;

    /** No wait takes as long unless its wake-up was lost. */
    static final Duration BOUND = Duration.ofSeconds(10);

    private int first;
    private int second;

    Plain(int value) {
        first = value;
        second = value;
    }

    private int whole() {
        return first == second && first != 0 ? first : TORN;
    }

    /** The next value, or 0 when there is none. */
    static int poll(BroadcastReceiver<Plain> receiver) {
        return receiver.poll().map(Plain::whole).orElse(0);
    }

    /** The next value, waiting for it; 0 when the receiver is closed instead. */
    static int take(BroadcastReceiver<Plain> receiver) {
        long start = System.nanoTime();
        try {
            int value = receiver.poll(BOUND).map(Plain::whole).orElse(0);
            return System.nanoTime() - start < BOUND.toNanos() ? value : NOT_WOKEN;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    static void publish(BroadcastChannel<Plain> channel, int from, int to) {
        for (int value = from; value <= to; value++) {
            channel.publish(new Plain(value));
        }
    }
}
