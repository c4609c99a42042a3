package tasker.bootstrap.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import tasker.bootstrap.cli.TopHistory.Figure;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Line;
import tasker.bootstrap.console.Style;

/** Lay out the figures of a worker as a whole, each kind on a line that wraps; for use by one thread. */
final class TopFigures {
    private static final String INDENT = " ".repeat(10);
    private static final String GAP = "   ";
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int METER = 10;

    private final TopHistory history;
    private final TopSample sample;
    private final Style style;
    private final int columns;
    private final boolean moving;
    private final List<String> lines = new ArrayList<>();

    /** Lay out the figures of this sample, which is the last one of the history. */
    TopFigures(TopHistory history, TopSample sample, Style style, int columns, boolean moving) {
        this.history = history;
        this.sample = sample;
        this.style = style;
        this.columns = columns;
        this.moving = moving;
    }

    List<String> lines() {
        wrap(
                "steps",
                plain(rate(history.now(Figure.STEPS)) + " processed"),
                alarming(rate(history.now(Figure.FAILED)) + " failed", history.now(Figure.FAILED)),
                plain(metric("steps_processed") + " in all"),
                alarming(metric("steps_failed") + " failed", sample.number("metrics", "steps_failed")));
        moves(Figure.STEPS, "/s");
        wrap(
                "duration",
                plain("p50 " + execution("p50_ms")),
                plain("p95 " + execution("p95_ms")),
                plain("p99 " + execution("p99_ms")));
        moves(Figure.P99, " ms");
        wrap(
                "handlers",
                plain(metric("steps_in_progress") + " of "
                        + count(TopSample.number(sample.body(), "max_concurrent_handlers")) + " at work"),
                plain(metric("dispatch_channel_pending") + " steps waiting"));
        List<Item> meters = new ArrayList<>();
        sample.section("channels").forEach((name, channel) -> meters.add(plain(name + " " + meter(channel))));
        wrap("channels", meters.toArray(Item[]::new));
        wrap(
                "events",
                plain(rate(history.now(Figure.PUBLISHED)) + " published"),
                alarming(rate(history.now(Figure.DROPPED)) + " dropped", history.now(Figure.DROPPED)),
                plain(metric("domain_events_published") + " in all"),
                alarming(
                        metric("domain_events_dropped") + " dropped",
                        sample.number("metrics", "domain_events_dropped")));
        moves(Figure.PUBLISHED, "/s");
        return lines;
    }

    /** A count; a dash where nothing was measured. */
    static String count(double value) {
        return Double.isNaN(value) ? "-" : Formats.count(Math.round(value));
    }

    /** A duration; a dash where nothing was measured. */
    static String millis(double value) {
        return Double.isNaN(value) ? "-" : Formats.millis(value);
    }

    private static String rate(double value) {
        return Double.isNaN(value) ? "-/s" : number(value) + "/s";
    }

    private static String number(double value) {
        return value < 100 && value > 0 ? String.format(Locale.ROOT, "%.1f", value) : count(value);
    }

    private String metric(String name) {
        return count(sample.number("metrics", name));
    }

    private String execution(String name) {
        return millis(sample.number("execution", name));
    }

    private static String meter(Object channel) {
        double ratio = TopSample.number(JsonValues.members(channel), "saturation_ratio");
        if (Double.isNaN(ratio)) {
            return "-";
        }
        int full = Math.clamp(Math.round(ratio * METER), 0, METER);
        return "█".repeat(full) + "░".repeat(METER - full) + " " + Math.round(ratio * 100) + " %";
    }

    /** How a figure moved, as bars as far as the line goes, oldest first. */
    private void moves(Figure figure, String unit) {
        double peak = history.peak(figure);
        if (!moving || Double.isNaN(peak)) {
            return;
        }
        String most = "  most " + number(peak) + unit;
        int room = Math.max(0, columns - INDENT.length() - most.length());
        StringBuilder bars = new StringBuilder();
        for (double value : history.last(figure, room)) {
            int height = peak > 0 ? (int) Math.ceil(value / peak * BARS.length()) - 1 : 0;
            bars.append(Double.isNaN(value) ? ' ' : BARS.charAt(Math.clamp(height, 0, BARS.length() - 1)));
        }
        lines.add(new Line()
                .add(INDENT)
                .add(bars.toString(), style::good)
                .add(most, style::dim)
                .render(columns));
    }

    private void wrap(String label, Item... items) {
        if (items.length == 0) {
            return;
        }
        Line line = new Line().add(label, style::dim).add(" ".repeat(INDENT.length() - label.length()));
        for (Item item : items) {
            boolean first = line.width() == INDENT.length();
            if (!first && line.width() + GAP.length() + item.text().length() > columns) {
                lines.add(line.render(columns));
                line = new Line().add(INDENT);
                first = true;
            }
            line.add(first ? "" : GAP).add(item.text(), item.paint());
        }
        lines.add(line.render(columns));
    }

    private static Item plain(String text) {
        return new Item(text, UnaryOperator.identity());
    }

    private Item alarming(String text, double count) {
        return count > 0 ? new Item(text, style::bad) : plain(text);
    }

    private record Item(String text, UnaryOperator<String> paint) {}
}
