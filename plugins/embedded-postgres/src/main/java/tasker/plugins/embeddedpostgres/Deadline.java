package tasker.plugins.embeddedpostgres;

import java.time.Duration;

/**
 * Share one bound among several waits.
 *
 * @param bound how long all of them may take together
 * @param nanoTime when that has passed, by {@link System#nanoTime()}
 */
record Deadline(Duration bound, long nanoTime) {
    static Deadline in(Duration bound) {
        return new Deadline(bound, System.nanoTime() + bound.toNanos());
    }

    /** What is left, at least zero. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean hasPassed() {
        return remaining().isZero();
    }
}
