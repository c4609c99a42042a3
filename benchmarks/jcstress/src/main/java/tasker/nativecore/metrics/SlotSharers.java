package tasker.nativecore.metrics;

/**
 * Make two platform threads that want one slot, each of which records 1 to 100 once it is started: long enough to meet.
 */
final class SlotSharers {
    static final int RECORDED = 100;

    final LatencyHistogram histogram = new LatencyHistogram();
    final Thread first = recording();
    final Thread second = recordingInSlotOf(first);

    private Thread recordingInSlotOf(Thread other) {
        Thread thread = recording();
        while (slot(thread) != slot(other)) {
            thread = recording();
        }
        return thread;
    }

    private Thread recording() {
        return Thread.ofPlatform().unstarted(() -> {
            for (int nanos = 1; nanos <= RECORDED; nanos++) {
                histogram.record(nanos);
            }
        });
    }

    private static long slot(Thread thread) {
        return (thread.threadId() * Stripes.GOLDEN_RATIO)
                >>> (Long.SIZE - Integer.numberOfTrailingZeros(StripeOwners.SLOTS));
    }

    /** Wait until both have ended. */
    void join() {
        try {
            first.join();
            second.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
