package tasker.testkit;

import java.util.concurrent.ConcurrentLinkedQueue;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;

/** Keep every duration that is recorded; safe for use by many threads. */
final class TestTimer implements Meters.Timer {
    private final ConcurrentLinkedQueue<Long> recorded = new ConcurrentLinkedQueue<>();

    @Override
    public void record(long nanos) {
        recorded.add(Math.max(0, nanos));
    }

    @Override
    public Distribution sinceStart() {
        return new Recorded(
                recorded.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    private static final class Recorded implements Distribution {
        private final long[] sorted;

        Recorded(long[] sorted) {
            this.sorted = sorted;
        }

        @Override
        public long count() {
            return sorted.length;
        }

        @Override
        public long sumNanos() {
            long sum = 0;
            for (long nanos : sorted) {
                sum += nanos;
            }
            return sum;
        }

        @Override
        public long maxNanos() {
            return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
        }

        @Override
        public long quantileNanos(double quantile) {
            int rank = (int) Math.ceil(quantile * sorted.length);
            return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)];
        }

        @Override
        public long countUpTo(long nanos) {
            int count = 0;
            while (count < sorted.length && sorted[count] <= nanos) {
                count++;
            }
            return count;
        }
    }
}
