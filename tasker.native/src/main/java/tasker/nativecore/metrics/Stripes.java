package tasker.nativecore.metrics;

/**
 * Spread threads over a fixed number of stripes.
 *
 * <p>By the thread's id and nothing that a thread keeps: {@code LongAdder} prepares a seed for each thread that meets
 * another one, which for a virtual thread that lives for a few steps costs more than all it counts.
 */
final class Stripes {
    /** More stripes than processors, because ids that meet in one stripe keep meeting. */
    static final int COUNT =
            Integer.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 16) * 4 - 1) << 1;

    private static final int HASH_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(COUNT);

    /** The golden ratio times 2^64: Fibonacci hashing (Knuth 6.4) spreads ids that follow each other evenly. */
    static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private Stripes() {}

    /** The stripe of the current thread. */
    static int current() {
        return (int) ((Thread.currentThread().threadId() * GOLDEN_RATIO) >>> HASH_SHIFT);
    }
}
