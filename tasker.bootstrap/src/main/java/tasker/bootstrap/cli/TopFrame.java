package tasker.bootstrap.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Line;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;

/** Lay out what a worker told last as lines; for use by one thread. */
final class TopFrame {
    private static final List<String> ORDER = List.of("unhealthy", "degraded", "healthy");
    private static final String INDENT = "  ";

    private final TopHistory history;
    private final TopSample sample;
    private final Style style;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private TopFrame(TopHistory history, TopSample sample, Style style, int columns) {
        this.history = history;
        this.sample = sample;
        this.style = style;
        this.columns = columns;
    }

    /**
     * Lay out a frame.
     *
     * @param notice what a person has to know before anything else
     * @param columns how wide the lines may be
     * @param moving whether frames follow each other, so that it is worth showing how the figures moved
     */
    static List<String> of(TopHistory history, TopNotice notice, Style style, int columns, boolean moving) {
        return history.last()
                .map(sample -> new TopFrame(history, sample, style, columns).build(notice, moving))
                .orElseGet(List::of);
    }

    private List<String> build(TopNotice notice, boolean moving) {
        head(notice);
        lines.add("");
        lines.addAll(new TopFigures(history, sample, style, columns, moving).lines());
        components();
        table("QUEUE", List.of("MESSAGES", "VISIBLE", "OLDEST"), "queues", TopFrame::queue);
        table("HANDLER", List.of("SUCCEEDED", "FAILED", "RETRIES", "P50", "P99"), "handlers", TopFrame::handler);
        return lines;
    }

    private void head(TopNotice notice) {
        String status = sample.status();
        add(new Line()
                .add(sample.text("worker_id"), style::bold)
                .add(INDENT + sample.text("namespace") + " · " + sample.text("environment"), style::dim)
                .add("  up for " + Formats.duration((long) sample.number("metrics", "uptime_seconds"))));
        if (notice.gone()) {
            add(new Line().add("● " + notice.text(), style::bad));
        } else {
            add(new Line()
                    .add("● " + status, paint(status))
                    .add(notice.text().isEmpty() ? "" : INDENT + notice.text(), style::good)
                    .add(INDENT + reasons()));
        }
    }

    private String reasons() {
        Map<String, Object> health = sample.section("health");
        if (!health.containsKey("components")) {
            return JsonValues.text(health, "details").equals("never")
                    ? "observability.health-details is never, so its components are not shown"
                    : "its components are shown with the token: --token, or TASKER_OBSERVABILITY_TOKEN";
        }
        List<Map<String, Object>> troubled = componentsByStatus()
                .filter(component -> !JsonValues.text(component, "status").equals("healthy"))
                .toList();
        return troubled.isEmpty()
                ? "all " + Formats.count(componentsByStatus().count(), "component") + " are healthy"
                : String.join(
                        ", ",
                        troubled.stream()
                                .map(component -> JsonValues.text(component, "name"))
                                .toList());
    }

    private void components() {
        TextTable table = new TextTable();
        componentsByStatus().forEach(component -> {
            String status = JsonValues.text(component, "status");
            table.row(
                    Cell.of(JsonValues.text(component, "name")),
                    Cell.of(status, paint(status)),
                    Cell.of(JsonValues.text(component, "message")));
        });
        section(table, JsonValues.members(sample.section("health").get("components")));
    }

    /** The worst first. */
    private Stream<Map<String, Object>> componentsByStatus() {
        return JsonValues.members(sample.section("health").get("components")).values().stream()
                .map(JsonValues::members)
                .sorted(Comparator.comparingInt(component -> ORDER.indexOf(JsonValues.text(component, "status"))));
    }

    private void table(String title, List<String> columnTitles, String section, Row row) {
        TextTable table = new TextTable();
        List<Cell> head = new ArrayList<>(List.of(Cell.of(title, style::dim)));
        columnTitles.forEach(column -> head.add(new Cell(column, true, style::dim)));
        table.row(head.toArray(Cell[]::new));
        Map<String, Object> items = sample.section(section);
        items.forEach((name, item) -> {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(name)));
            row.cells(JsonValues.members(item)).forEach(text -> cells.add(Cell.number(text)));
            table.row(cells.toArray(Cell[]::new));
        });
        section(table, items);
    }

    private void section(TextTable table, Map<String, Object> items) {
        if (!items.isEmpty()) {
            lines.add("");
            lines.addAll(table.lines(columns));
        }
    }

    private static List<String> queue(Map<String, Object> queue) {
        double oldest = TopSample.number(queue, "oldest_age_seconds");
        return List.of(
                TopFigures.count(TopSample.number(queue, "length")),
                TopFigures.count(TopSample.number(queue, "visible_length")),
                oldest > 0 ? Formats.duration((long) oldest) : "-");
    }

    private static List<String> handler(Map<String, Object> handler) {
        double failed = Stream.of("retryable", "permanent", "timeout")
                .mapToDouble(outcome -> TopSample.number(handler, outcome))
                .filter(number -> !Double.isNaN(number))
                .sum();
        return List.of(
                TopFigures.count(TopSample.number(handler, "success")),
                TopFigures.count(failed),
                TopFigures.count(TopSample.number(handler, "retries")),
                TopFigures.millis(TopSample.number(handler, "p50_ms")),
                TopFigures.millis(TopSample.number(handler, "p99_ms")));
    }

    private UnaryOperator<String> paint(String status) {
        return switch (status) {
            case "healthy" -> style::good;
            case "degraded" -> style::warning;
            default -> style::bad;
        };
    }

    private void add(Line line) {
        lines.add(line.render(columns));
    }

    /** Tell the cells of one row after its name. */
    @FunctionalInterface
    private interface Row {
        List<String> cells(Map<String, Object> item);
    }
}
