package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.spi.Distribution;

class LatencyHistogramTests {
    private static final double MAX_ERROR = 0.005;
    private static final long HOUR = 3_600_000_000_000L;

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("uniform to a millisecond", random -> random.nextLong(1_000_000)),
                shape("log-uniform from 1 ns to an hour", random -> (long) Math.pow(HOUR, random.nextDouble())),
                shape("exponential around 2 ms", random -> (long) (-2e6 * Math.log1p(-random.nextDouble()))),
                shape("log-normal", random -> (long) Math.exp(random.nextGaussian() * 2 + 12)),
                shape("bimodal", random -> random.nextInt(10) == 0 ? 900_000_000L + random.nextInt(1000) : 1_500L),
                shape("heavy tail", random -> (long) Math.min(1e18, 1e3 / Math.pow(1 - random.nextDouble(), 2))),
                shape("constant", random -> 123_456_789L),
                shape("small", random -> random.nextLong(300)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void quantilesAreOffByAtMostHalfAPercent(String name, ToLongFunction<SplittableRandom> shape) {
        SplittableRandom random = new SplittableRandom(42);
        long[] exact = LongStream.generate(() -> shape.applyAsLong(random))
                .limit(20_000)
                .toArray();
        LatencyHistogram histogram = new LatencyHistogram();
        for (long value : exact) {
            histogram.record(value);
        }
        Arrays.sort(exact);

        Distribution distribution = histogram.sinceStart();

        assertThat(distribution.count()).isEqualTo(exact.length);
        assertThat(distribution.sumNanos()).isEqualTo(Arrays.stream(exact).sum());
        assertThat(distribution.maxNanos()).isEqualTo(exact[exact.length - 1]);
        for (double quantile : new double[] {0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1}) {
            long expected = exact[Math.max(0, (int) Math.ceil(quantile * exact.length) - 1)];
            assertThat((double) distribution.quantileNanos(quantile))
                    .as("quantile %s of %s", quantile, name)
                    .isBetween(expected * (1 - MAX_ERROR), expected * (1 + MAX_ERROR));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void countsUpToABoundAreOffByAtMostOneBucket(String name, ToLongFunction<SplittableRandom> shape) {
        SplittableRandom random = new SplittableRandom(7);
        LatencyHistogram histogram = new LatencyHistogram();
        long[] values = LongStream.generate(() -> shape.applyAsLong(random))
                .limit(5_000)
                .toArray();
        Arrays.stream(values).forEach(histogram::record);
        Distribution distribution = histogram.sinceStart();

        long last = 0;
        for (long bound = 1; bound < HOUR; bound = bound * 3 / 2 + 1) {
            long upTo = bound;
            long atLeast = Arrays.stream(values).filter(value -> value <= upTo).count();
            long atMost = Arrays.stream(values)
                    .filter(value -> value <= upTo * (1 + 2 * MAX_ERROR))
                    .count();
            assertThat(distribution.countUpTo(bound))
                    .as("up to %s of %s", bound, name)
                    .isBetween(atLeast, atMost)
                    .isGreaterThanOrEqualTo(last);
            last = distribution.countUpTo(bound);
        }
        assertThat(distribution.countUpTo(Long.MAX_VALUE)).isEqualTo(values.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, 1L << 40, HOUR, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void aSingleValueIsToldWithinHalfAPercent(long value) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(value);
        Distribution distribution = histogram.sinceStart();

        assertThat((double) distribution.quantileNanos(0.5)).isBetween(value * (1 - MAX_ERROR), (double) value);
        assertThat(distribution.quantileNanos(1)).isEqualTo(value);
        assertThat(distribution.countUpTo(value)).isEqualTo(1);
        assertThat(distribution.countUpTo(value / 2 - 1)).isZero();
    }

    @Test
    void aNegativeDurationCountsAsNone() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(-5);

        assertThat(histogram.sinceStart().countUpTo(0)).isEqualTo(1);
        assertThat(histogram.sinceStart().sumNanos()).isZero();
        assertThat(histogram.sinceStart().countUpTo(-1)).isZero();
    }

    @Test
    void nothingRecordedIsAllZero() {
        Distribution distribution = new LatencyHistogram().sinceStart();

        assertThat(distribution.count()).isZero();
        assertThat(distribution.maxNanos()).isZero();
        assertThat(distribution.quantileNanos(0.99)).isZero();
        assertThat(distribution.countUpTo(HOUR)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aShareOutsideOfZeroToOneIsRefused(double quantile) {
        Distribution distribution = new LatencyHistogram().sinceStart();

        assertThatThrownBy(() -> distribution.quantileNanos(quantile)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSnapshotDoesNotChange() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(10);
        Distribution before = histogram.sinceStart();
        histogram.record(20);

        assertThat(before.count()).isEqualTo(1);
        assertThat(before.maxNanos()).isEqualTo(10);
        assertThat(histogram.sinceStart().count()).isEqualTo(2);
    }

    @Test
    void recordingFromManyThreadsLosesNothing() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        try (ExecutorService platform = Executors.newFixedThreadPool(8);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tasks.add(platform.submit(() -> recordUpTo(histogram, 50_000)));
            }
            for (int i = 0; i < 1_000; i++) {
                tasks.add(virtual.submit(() -> recordUpTo(histogram, 100)));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }
        Distribution distribution = histogram.sinceStart();

        assertThat(distribution.count()).isEqualTo(8 * 50_000 + 1_000 * 100);
        assertThat(distribution.sumNanos()).isEqualTo(8 * sumUpTo(50_000) + 1_000 * sumUpTo(100));
        assertThat(distribution.maxNanos()).isEqualTo(50_000);
        assertThat(distribution.countUpTo(100)).isEqualTo(8 * 100 + 1_000 * 100);
    }

    @Test
    void aSnapshotWhileRecordingIsConsistent() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<?> recording = executor.submit(() -> {
                for (int i = 0; i < 300_000; i++) {
                    histogram.record(1_000);
                }
            });
            while (!recording.isDone()) {
                Distribution distribution = histogram.sinceStart();
                assertThat(distribution.sumNanos()).isGreaterThanOrEqualTo(distribution.count() * 1_000);
                assertThat(distribution.quantileNanos(0.5)).isIn(0L, 998L, 999L, 1_000L);
            }
            recording.get();
        }
    }

    private static void recordUpTo(LatencyHistogram histogram, int most) {
        for (int nanos = 1; nanos <= most; nanos++) {
            histogram.record(nanos);
        }
    }

    private static long sumUpTo(long most) {
        return most * (most + 1) / 2;
    }

    private static Arguments shape(String name, ToLongFunction<SplittableRandom> shape) {
        return Arguments.of(name, shape);
    }

    @Test
    void countsUpToBoundsAreThoseOfTheWholeDistribution() {
        LatencyHistogram histogram = new LatencyHistogram();
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            histogram.record(random.nextLong(1L << random.nextInt(1, 40)));
        }
        long[] bounds = {0, 1, 127, 128, 100_000, 250_000, 1_000_000, 1_048_576, 2_500_000, 60_000_000_000L};
        long[] counts = new long[bounds.length + 1];

        long sum = histogram.countUpTo(bounds, counts);

        Distribution all = histogram.sinceStart();
        for (int i = 0; i < bounds.length; i++) {
            assertThat(counts[i]).as("up to %d", bounds[i]).isEqualTo(all.countUpTo(bounds[i]));
        }
        assertThat(counts[bounds.length]).isEqualTo(10_000);
        assertThat(sum).isEqualTo(all.sumNanos());
    }
}
