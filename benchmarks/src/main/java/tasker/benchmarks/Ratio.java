package tasker.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keep the figures of rounds, and tell their median and their spread; for use by one thread. */
public final class Ratio {
    private final List<Double> values = new ArrayList<>();

    /** Add the figure of one round. */
    public void add(double value) {
        values.add(value);
    }

    /** The middle figure. */
    public double median() {
        return quantile(0.5);
    }

    /** The median, and the quarter and three quarters of the figures around it. */
    public String text(String format) {
        return String.format(
                Locale.ROOT, format + " [" + format + "–" + format + "]", median(), quantile(0.25), quantile(0.75));
    }

    private double quantile(double quantile) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.round(quantile * (sorted.size() - 1)));
    }
}
