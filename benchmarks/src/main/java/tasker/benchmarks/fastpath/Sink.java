package tasker.benchmarks.fastpath;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** Count what one subscriber got and, if asked to, how long each took to arrive; read by other threads meanwhile. */
final class Sink {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNT = 16;

    /** The count stands 128 bytes from anything else. */
    private final long[] count = new long[2 * COUNT + 1];

    private final long[] latencies;

    private Sink(int latencies) {
        this.latencies = new long[latencies];
    }

    static Sink counting() {
        return new Sink(0);
    }

    /** Keep the latencies of the last so many. */
    static Sink timing(int events) {
        return new Sink(events);
    }

    void accept(Event event) {
        long counted = count[COUNT];
        if (latencies.length > 0) {
            latencies[(int) (counted % latencies.length)] = System.nanoTime() - event.atNanos();
        }
        LONGS.setRelease(count, COUNT, counted + 1);
    }

    long count() {
        return (long) LONGS.getAcquire(count, COUNT);
    }

    /** The latency that this share did not exceed, in nanoseconds; once everything has arrived. */
    double latency(double share) {
        long[] sorted = Arrays.copyOf(latencies, (int) Math.min(count(), latencies.length));
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
