package tasker.benchmarks.fastpath;

/**
 * What is carried: an object that says when it was published.
 *
 * @param atNanos on the clock of {@link System#nanoTime()}
 */
record Event(long atNanos) {}
