package tasker.plugins.opentelemetry;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Collect every metric into one request of OTLP; for use by one thread.
 *
 * <p>Names are those of {@code /metrics}. Counters are monotonic sums, durations histograms of seconds with the bounds
 * that the conventions for messaging advise, all of them cumulative: a request that is lost takes nothing with it. A
 * metric keeps the kind that it was first reported as.
 *
 * @see <a href="https://github.com/open-telemetry/opentelemetry-proto">The messages</a>
 */
final class MetricsRequest implements MetricsSink {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int CUMULATIVE = 2;

    private static final long[] BOUNDS = {
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        75_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        750_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        7_500_000_000L,
        10_000_000_000L
    };
    private static final long[] BOUNDS_IN_SECONDS = Arrays.stream(BOUNDS)
            .map(nanos -> Double.doubleToRawLongBits(nanos / NANOS_PER_SECOND))
            .toArray();

    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private final Map<String, String> resource;
    private final long start;
    private final long now;

    /**
     * Start a request.
     *
     * @param resource what tells the worker apart from others
     * @param start when the counting began
     * @param now when the figures are taken
     */
    MetricsRequest(Map<String, String> resource, Instant start, Instant now) {
        this.resource = resource;
        this.start = nanos(start);
        this.now = nanos(now);
    }

    @Override
    public void counter(MetricId id, long value) {
        counter(id, value, Optional.empty());
    }

    @Override
    public void counter(MetricId id, long value, Optional<Exemplar> exemplar) {
        Metric metric = metric(id, Kind.SUM);
        if (metric != null) {
            ProtoBuffer point = point(id, 7).fixed(6, value);
            exemplar.ifPresent(known -> point.message(5, example(known).fixed(6, known.value())));
            metric.add(point);
        }
    }

    @Override
    public void time(MetricId id, long nanos) {
        Metric metric = metric(id, Kind.SUM);
        if (metric != null) {
            metric.add(point(id, 7).real(4, nanos / NANOS_PER_SECOND));
        }
    }

    @Override
    public void gauge(MetricId id, double value) {
        Metric metric = Double.isNaN(value) ? null : metric(id, Kind.GAUGE);
        if (metric != null) {
            metric.add(point(id, 7).real(4, value));
        }
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        long[] counts = new long[BOUNDS.length + 1];
        long count = distribution.count();
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            below = Math.clamp(distribution.countUpTo(BOUNDS[i]), below, count);
            counts[i] = below;
        }
        counts[BOUNDS.length] = count;
        histogram(id, counts, distribution.sumNanos(), List.of());
    }

    @Override
    public void histogram(MetricId id, Meters.Timer timer) {
        long[] counts = new long[BOUNDS.length + 1];
        long sum = timer.countUpTo(BOUNDS, counts);
        histogram(id, counts, sum, timer.exemplars());
    }

    private void histogram(MetricId id, long[] cumulative, long sumNanos, List<Exemplar> exemplars) {
        Metric metric = metric(id, Kind.HISTOGRAM);
        if (metric == null) {
            return;
        }
        long[] counts = cumulative.clone();
        for (int i = counts.length - 1; i > 0; i--) {
            counts[i] -= counts[i - 1];
        }
        ProtoBuffer point = point(id, 9)
                .fixed(4, cumulative[cumulative.length - 1])
                .real(5, sumNanos / NANOS_PER_SECOND)
                .packed(6, counts)
                .packed(7, BOUNDS_IN_SECONDS);
        exemplars.forEach(each -> point.message(8, example(each).real(3, each.value() / NANOS_PER_SECOND)));
        metric.add(point);
    }

    /** Write the request. */
    ProtoBuffer encode() {
        ProtoBuffer scope = new ProtoBuffer().message(1, name -> name.text(1, "tasker"));
        metrics.forEach((name, metric) -> scope.message(2, written -> metric.writeTo(written, name)));
        return new ProtoBuffer()
                .message(
                        1,
                        all -> all.message(1, attributes -> write(attributes, 1, resource))
                                .message(2, scope));
    }

    /** What all points have: the labels, in the field where this kind of point has them, and both times. */
    private ProtoBuffer point(MetricId id, int attributes) {
        ProtoBuffer point = new ProtoBuffer().fixed(2, start).fixed(3, now);
        write(point, attributes, id.labels());
        return point;
    }

    private static ProtoBuffer example(Exemplar exemplar) {
        HexFormat hex = HexFormat.of();
        return new ProtoBuffer()
                .fixed(2, TimeUnit.MILLISECONDS.toNanos(exemplar.epochMillis()))
                .raw(4, hex.parseHex(exemplar.trace().spanId()))
                .raw(5, hex.parseHex(exemplar.trace().traceId()));
    }

    private static void write(ProtoBuffer out, int field, Map<String, String> attributes) {
        attributes.forEach((key, value) ->
                out.message(field, pair -> pair.text(1, key).message(2, any -> any.text(1, value))));
    }

    private @Nullable Metric metric(MetricId id, Kind kind) {
        Metric metric = metrics.computeIfAbsent(id.name(), name -> new Metric(id.help(), kind, new ProtoBuffer()));
        return metric.kind == kind ? metric : null;
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** Tell apart what a metric can be, by the field that holds its points. */
    private enum Kind {
        GAUGE(5),
        SUM(7),
        HISTOGRAM(9);

        private final int field;

        Kind(int field) {
            this.field = field;
        }
    }

    /** Hold one metric and its points. */
    private record Metric(String help, Kind kind, ProtoBuffer points) {
        void add(ProtoBuffer point) {
            points.message(1, point);
        }

        void writeTo(ProtoBuffer out, String name) {
            out.text(1, name).text(2, help).text(3, unit(name));
            out.message(kind.field, data -> {
                data.fields(points);
                if (kind != Kind.GAUGE) {
                    data.number(2, CUMULATIVE);
                }
                if (kind == Kind.SUM) {
                    data.number(3, 1);
                }
            });
        }

        /** The unit that the name tells, as UCUM writes it. */
        private static String unit(String name) {
            String base = name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
            if (base.endsWith("_seconds")) {
                return "s";
            }
            return base.endsWith("_bytes") ? "By" : "1";
        }
    }
}
