package tasker.observability.metrics;

import java.util.List;
import tasker.events.api.spi.Distribution;

/** Answer about durations by looking at each of them. */
public record Durations(List<Long> nanos) implements Distribution {
    /** Hold these durations, in nanoseconds. */
    public static Durations of(Long... nanos) {
        return new Durations(List.of(nanos));
    }

    @Override
    public long count() {
        return nanos.size();
    }

    @Override
    public long sumNanos() {
        return nanos.stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public long maxNanos() {
        return nanos.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public long quantileNanos(double quantile) {
        int rank = (int) Math.max(1, Math.ceil(quantile * nanos.size()));
        return nanos.stream().sorted().skip(rank - 1).findFirst().orElse(0L);
    }

    @Override
    public long countUpTo(long bound) {
        return nanos.stream().filter(value -> value <= bound).count();
    }
}
