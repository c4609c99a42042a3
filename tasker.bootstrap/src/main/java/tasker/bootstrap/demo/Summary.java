package tasker.bootstrap.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.nativecore.json.Json;

/** Show the result of a demonstration, to people or as JSON. */
final class Summary {
    private static final int TOP_REASONS = 8;
    private static final int MAX_REASON = 90;

    private Summary() {}

    static String text(DemoResult result, Style style) {
        List<String> parts = new ArrayList<>();
        parts.add(style.bold(headline(result)));
        if (!result.failures().isEmpty()) {
            parts.add(failures(result));
        }
        parts.add(comparisons(result, style));
        parts.add(verdict(result, style));
        return String.join("\n\n", parts);
    }

    static String json(DemoResult result) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("agrees", result.agrees());
        summary.put("orders", result.orders());
        summary.put("steps_succeeded", result.tally().succeeded());
        summary.put("steps_failed", result.tally().failed());
        summary.put("seconds", result.workNanos() / (double) TimeUnit.SECONDS.toNanos(1));
        summary.put(
                "comparisons", result.comparisons().stream().map(Summary::json).toList());
        summary.put("failures", result.failures().stream().map(Summary::json).toList());
        summary.put("troubles", result.troubles());
        return Json.pretty(summary);
    }

    private static Map<String, Object> json(Comparison comparison) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", comparison.what());
        row.put("left", comparison.left());
        row.put("left_count", comparison.leftCount());
        row.put("right", comparison.right());
        row.put("right_count", comparison.rightCount());
        row.put("agrees", comparison.agrees());
        return row;
    }

    private static Map<String, Object> json(FailureReasons.Group group) {
        Map<String, Object> failures = new LinkedHashMap<>();
        failures.put("count", group.count());
        failures.put("line", group.line());
        failures.put("reason", group.reason());
        return failures;
    }

    private static String headline(DemoResult result) {
        long ended = result.tally().ended();
        double seconds = Math.max(1e-9, result.workNanos() / (double) TimeUnit.SECONDS.toNanos(1));
        return Formats.count(ended + result.tally().refused(), "order") + " of " + result.orders() + " in "
                + Formats.seconds(result.workNanos())
                + " (" + Formats.count(Math.round(ended / seconds)) + " a second): "
                + Formats.count(result.tally().succeeded()) + " processed, "
                + Formats.count(result.tally().failed() + result.tally().refused()) + " failed"
                + result.firstStep().map(at -> "; first step done after " + at).orElse("");
    }

    private static String failures(DemoResult result) {
        TextTable table = new TextTable();
        long shown = 0;
        for (FailureReasons.Group group :
                result.failures().stream().limit(TOP_REASONS).toList()) {
            table.row(
                    Cell.number("  " + Formats.count(group.count())),
                    Cell.of(shortened(group.reason())),
                    Cell.of("line " + group.line()));
            shown += group.count();
        }
        long rest = result.failures().stream()
                        .mapToLong(FailureReasons.Group::count)
                        .sum()
                - shown;
        if (rest > 0) {
            table.row(Cell.number("  " + Formats.count(rest)), Cell.of("for other reasons"));
        }
        return "Failed orders by reason, each with an example:\n" + table.render();
    }

    private static String comparisons(DemoResult result, Style style) {
        TextTable table = new TextTable();
        for (Comparison each : result.comparisons()) {
            table.row(
                    Cell.of("  " + each.what()),
                    Cell.of(each.left(), style::dim),
                    Cell.number(Formats.count(each.leftCount())),
                    Cell.of(each.right(), style::dim),
                    Cell.number(Formats.count(each.rightCount())),
                    each.agrees() ? Cell.of("ok", style::good) : Cell.of("DIFFERS", style::bad));
        }
        return "Counted on both sides:\n" + table.render();
    }

    private static String verdict(DemoResult result, Style style) {
        if (result.agrees()) {
            return style.good("All " + result.comparisons().size() + " numbers agree.");
        }
        List<String> lines = new ArrayList<>();
        for (String disagreement : result.disagreements()) {
            lines.add(style.bad("- " + disagreement));
        }
        return String.join("\n", lines);
    }

    private static String shortened(String reason) {
        String line = reason.replaceAll("\\s+", " ");
        return line.length() > MAX_REASON ? line.substring(0, MAX_REASON - 3) + "..." : line;
    }
}
