package tasker.benchmarks.durable;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Let a number of callers, each on a virtual thread, make call after call for a while. */
final class Load {
    private static final int MAX_SAMPLES = 1 << 21;

    private final Contender contender;
    private final int callers;
    private final LongAdder events = new LongAdder();
    private final AtomicLong sampled = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final long[] latencies = new long[MAX_SAMPLES];
    private volatile boolean measuring;
    private volatile boolean over;

    Load(Contender contender, int callers) {
        this.contender = contender;
        this.callers = callers;
    }

    /**
     * Tell how fast it went.
     *
     * @param p50 half of the calls took at most this long, in nanoseconds
     * @param p99 of a hundred calls 99 took at most this long, in nanoseconds
     */
    record Result(double eventsPerSecond, long p50, long p99) {}

    Result run(long warmUpNanos, long nanos) throws Exception {
        contender.reset();
        CountDownLatch ended = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread.ofVirtual().start(() -> {
                try {
                    callAgainAndAgain(caller);
                } finally {
                    ended.countDown();
                }
            });
        }
        LockSupport.parkNanos(warmUpNanos);
        long before = events.sum();
        long start = System.nanoTime();
        measuring = true;
        while (System.nanoTime() - start < nanos && failure.get() == null) {
            LockSupport.parkNanos(nanos - (System.nanoTime() - start));
        }
        measuring = false;
        long took = System.nanoTime() - start;
        long after = events.sum();
        over = true;
        ended.await();
        if (failure.get() != null) {
            throw new IllegalStateException(contender.name() + " failed", failure.get());
        }
        long[] sorted = Arrays.copyOf(latencies, (int) Math.min(MAX_SAMPLES, sampled.get()));
        Arrays.sort(sorted);
        return new Result((after - before) * 1e9 / took, quantile(sorted, 0.5), quantile(sorted, 0.99));
    }

    private void callAgainAndAgain(int caller) {
        try {
            while (!over) {
                long start = System.nanoTime();
                contender.call(caller, durable -> {
                    events.add(durable);
                    if (measuring) {
                        long slot = sampled.getAndIncrement();
                        if (slot < MAX_SAMPLES) {
                            latencies[(int) slot] = System.nanoTime() - start;
                        }
                    }
                });
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            over = true;
        }
    }

    private static long quantile(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.round(sorted.length * quantile))];
    }
}
