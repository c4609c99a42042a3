package tasker.bootstrap.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;

/** Show how the plugins of a running worker stand. */
final class PluginStates {
    private static final int SHORT_DIGEST = 12;

    private PluginStates() {}

    /** One line for each plugin, and what is wrong with some below. */
    static String table(List<Map<String, Object>> plugins, Style style) {
        TextTable table = new TextTable();
        table.row(
                Cell.of("NAME", style::bold),
                Cell.of("VERSION", style::bold),
                Cell.of("STATE", style::bold),
                Cell.of("SERVICES", style::bold),
                Cell.of("SHA-256", style::bold),
                Cell.of("FROM", style::bold));
        List<String> problems = new ArrayList<>();
        for (Map<String, Object> plugin : plugins) {
            String state = JsonValues.text(plugin, "state");
            table.row(
                    Cell.of(JsonValues.text(plugin, "name")),
                    Cell.of(orDash(JsonValues.text(plugin, "version"))),
                    Cell.of(state, text -> paint(text, style)),
                    Cell.of(orDash(types(plugin))),
                    Cell.of(orDash(digest(plugin))),
                    Cell.of(JsonValues.text(plugin, "place")));
            for (String what : Arrays.asList("cause", "left")) {
                if (plugin.containsKey(what)) {
                    problems.add(paint(state, style) + ": " + JsonValues.text(plugin, what));
                }
            }
            texts(plugin, "notes").forEach(note -> problems.add(style.dim("note") + ": " + note));
        }
        return table.render() + (problems.isEmpty() ? "" : "\n\n" + String.join("\n", problems));
    }

    /** All that is known of one plugin. */
    static String details(Map<String, Object> plugin, Style style) {
        StringBuilder text = new StringBuilder(table(List.of(plugin), style));
        for (String what : Arrays.asList("services", "requires", "required_by")) {
            texts(plugin, what)
                    .forEach(each -> text.append('\n').append(what).append(": ").append(each));
        }
        text.append("\nsince: ").append(JsonValues.text(plugin, "since"));
        return text.toString();
    }

    private static String types(Map<String, Object> plugin) {
        return texts(plugin, "services").stream()
                .map(service -> service.split(" ", 2)[0])
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static List<String> texts(Map<String, Object> plugin, String name) {
        return plugin.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static String digest(Map<String, Object> plugin) {
        String digest = JsonValues.text(plugin, "sha256");
        return digest.length() > SHORT_DIGEST ? digest.substring(0, SHORT_DIGEST) : digest;
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String paint(String state, Style style) {
        return switch (state) {
            case "active" -> style.good(state);
            case "failed" -> style.bad(state);
            default -> style.dim(state);
        };
    }
}
