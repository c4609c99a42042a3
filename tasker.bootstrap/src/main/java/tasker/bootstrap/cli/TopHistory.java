package tasker.bootstrap.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keep what the last samples told, with the worker's counters turned into rates; for use by one thread. */
final class TopHistory {
    /** More than a line of any terminal can show. */
    private static final int KEPT = 500;

    private final Map<Figure, Deque<Double>> figures = new EnumMap<>(Figure.class);
    private @Nullable TopSample last;
    private boolean restarted;

    TopHistory() {
        for (Figure figure : Figure.values()) {
            figures.put(figure, new ArrayDeque<>());
        }
    }

    /**
     * Take a sample in. A rate is the difference of two counts over the worker's own clock, so it is exact however late
     * an answer comes; it is unknown for the first sample of a worker's life.
     */
    void add(TopSample sample) {
        TopSample before = last;
        last = sample;
        double seconds = before == null ? Double.NaN : uptime(sample) - uptime(before);
        restarted = before != null && !before.text("run_id").equals(sample.text("run_id"));
        for (Figure figure : Figure.values()) {
            double now = sample.number(figure.section, figure.name);
            double rate = before == null || restarted || seconds <= 0
                    ? Double.NaN
                    : (now - before.number(figure.section, figure.name)) / seconds;
            keep(figure, figure.isRate ? rate : now);
        }
    }

    /** Remember that the worker did not answer. */
    void addNothing() {
        for (Figure figure : Figure.values()) {
            keep(figure, Double.NaN);
        }
    }

    Optional<TopSample> last() {
        return Optional.ofNullable(last);
    }

    /** Whether the last sample is of another life of the worker than the one before. */
    boolean hasRestarted() {
        return restarted;
    }

    /** What was measured last; not a number where nothing was. */
    double now(Figure figure) {
        Deque<Double> values = values(figure);
        return values.isEmpty() ? Double.NaN : values.getLast();
    }

    /** The most that was measured; not a number where nothing was. */
    double peak(Figure figure) {
        return values(figure).stream()
                .filter(value -> !value.isNaN())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(Double.NaN);
    }

    /** The last values, oldest first, as many as were asked for or there are. */
    List<Double> last(Figure figure, int most) {
        Deque<Double> values = values(figure);
        return values.stream().skip(Math.max(0, values.size() - most)).toList();
    }

    private void keep(Figure figure, double value) {
        Deque<Double> values = values(figure);
        values.addLast(value);
        if (values.size() > KEPT) {
            values.removeFirst();
        }
    }

    private Deque<Double> values(Figure figure) {
        return figures.getOrDefault(figure, new ArrayDeque<>());
    }

    private static double uptime(TopSample sample) {
        return sample.number("metrics", "uptime_seconds");
    }

    /** Name what is kept. */
    enum Figure {
        STEPS("metrics", "steps_processed", true),
        FAILED("metrics", "steps_failed", true),
        P99("execution", "p99_ms", false),
        PUBLISHED("metrics", "domain_events_published", true),
        DROPPED("metrics", "domain_events_dropped", true);

        private final String section;
        private final String name;
        private final boolean isRate;

        Figure(String section, String name, boolean isRate) {
            this.section = section;
            this.name = name;
            this.isRate = isRate;
        }
    }
}
