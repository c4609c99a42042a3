package tasker.benchmarks.durable;

import java.util.ArrayList;
import java.util.List;

/** Draw events per second by callers, both on logarithmic scales, as SVG that is readable on light and dark pages. */
final class Plot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 190;
    private static final int TOP = 20;
    private static final int BOTTOM = 50;
    private static final double LEAST = 100;
    private static final double MOST = 200_000;
    private static final List<String> COLOURS = List.of("#1f6feb", "#c2410c", "#2e7d32", "#8250df");

    private final Field field;
    private final List<String> parts = new ArrayList<>();
    private double lastLabel;

    Plot(Field field) {
        this.field = field;
    }

    String svg() {
        parts.add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + ' ' + HEIGHT
                + "\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">");
        parts.add("<title>Events per second by concurrent callers</title>");
        parts.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        axes();
        List<Label> labels = new ArrayList<>();
        List<List<Cell>> lines = new ArrayList<>(List.of(field.published()));
        lines.addAll(field.peers());
        for (int i = 0; i < lines.size(); i++) {
            line(lines.get(i), COLOURS.get(i), i == 0 ? 3 : 1.5);
            Cell last = lines.get(i).getLast();
            labels.add(new Label(y(last.rate().median()), last.contender.name(), COLOURS.get(i)));
        }
        Cell copy = field.limits().getFirst();
        double level = y(copy.rate().median());
        parts.add("<path d=\"M%d %.1f H%d\" stroke=\"#57606a\" stroke-dasharray=\"5 4\" fill=\"none\"/>"
                .formatted(LEFT, level, WIDTH - RIGHT));
        labels.add(new Label(level, "COPY, " + copy.callers + " connections", "#57606a"));
        labels.sort((one, other) -> Double.compare(one.y(), other.y()));
        labels.forEach(this::label);
        parts.add("</svg>\n");
        return String.join("\n", parts);
    }

    private record Label(double y, String text, String colour) {}

    private void axes() {
        for (double rate = LEAST; rate <= MOST; rate *= 10) {
            parts.add("<path d=\"M%d %.1f H%d\" stroke=\"#d0d7de\" fill=\"none\"/>"
                    .formatted(LEFT, y(rate), WIDTH - RIGHT));
            parts.add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#57606a\">%,d</text>"
                    .formatted(LEFT - 8, y(rate) + 4, Math.round(rate)));
        }
        for (Cell cell : field.published()) {
            parts.add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">%,d</text>"
                    .formatted(x(cell.callers), HEIGHT - BOTTOM + 18, cell.callers));
        }
        parts.add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#24292f\">concurrent callers</text>"
                .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12));
        parts.add("<text x=\"14\" y=\"%d\" text-anchor=\"middle\" fill=\"#24292f\" transform=\"rotate(-90 14 %d)\">"
                        .formatted((TOP + HEIGHT - BOTTOM) / 2, (TOP + HEIGHT - BOTTOM) / 2)
                + "events per second</text>");
    }

    private void line(List<Cell> cells, String colour, double width) {
        StringBuilder path = new StringBuilder();
        for (Cell cell : cells) {
            Cell.Spread rate = cell.rate();
            double x = x(cell.callers);
            path.append(path.isEmpty() ? "M" : " L").append("%.1f %.1f".formatted(x, y(rate.median())));
            parts.add("<path d=\"M%.1f %.1f V%.1f\" stroke=\"%s\" stroke-opacity=\"0.4\" fill=\"none\"/>"
                    .formatted(x, y(rate.least()), y(rate.most()), colour));
            parts.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>".formatted(x, y(rate.median()), colour));
        }
        parts.add("<path d=\"%s\" stroke=\"%s\" stroke-width=\"%.1f\" fill=\"none\"/>".formatted(path, colour, width));
    }

    /** Labels of lines that end close together are set apart. */
    private void label(Label label) {
        double y = Math.max(label.y() + 4, lastLabel + 15);
        lastLabel = y;
        parts.add("<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>"
                .formatted(WIDTH - RIGHT + 8, y, label.colour(), label.text()));
    }

    private static double x(int callers) {
        return LEFT + 15 + (WIDTH - RIGHT - LEFT - 30) * Math.log(callers) / Math.log(1_024);
    }

    private static double y(double rate) {
        double share = Math.log(Math.clamp(rate, LEAST, MOST) / LEAST) / Math.log(MOST / LEAST);
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share;
    }
}
