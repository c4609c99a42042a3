package tasker.events.pgmq;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pause between the attempts of one call, longer each time, from 10 ms to 500 ms; for use by one thread. */
final class Backoff {
    private static final long LONGEST_MILLIS = 500;

    private final CountDownLatch closing;
    private long millis = 10;

    /**
     * Begin with the shortest pause.
     *
     * @param closing ends every pause
     */
    Backoff(CountDownLatch closing) {
        this.closing = closing;
    }

    /** How long the next pause is, in milliseconds. */
    long millis() {
        return millis;
    }

    /** Pause; at an end at once when all is closing, which the next attempt finds out. */
    void pause() throws InterruptedException {
        boolean ignored = closing.await(millis, TimeUnit.MILLISECONDS);
        millis = Math.min(2 * millis, LONGEST_MILLIS);
    }
}
