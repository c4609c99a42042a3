package tasker.bootstrap.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tasker.bootstrap.client.Answer;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;

/** Show the health of a running worker. */
@Command(
        name = "health",
        sortOptions = false,
        header = "Show the health of a running worker.",
        description = "Show the health of a running worker and of each of its components. Exit code 0 when it does its"
                + " work (healthy or degraded), 1 when it is unhealthy.")
final class HealthCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final QueryOptions query = new QueryOptions();

    HealthCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Answer answer = query.worker(context).get("/health/detailed", "application/json");
        context.console().data(query.json() ? answer.body().stripTrailing() : table(JsonValues.object(answer.body())));
        return answer.isUp() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private String table(Map<String, ?> health) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        for (Map.Entry<String, Object> component :
                JsonValues.members(health.get("components")).entrySet()) {
            Map<String, Object> found = JsonValues.members(component.getValue());
            String message = JsonValues.text(found, "message");
            table.row(
                    Cell.of("  " + component.getKey()),
                    Cell.of(JsonValues.text(found, "status"), text -> paint(text, style)),
                    Cell.of(message));
        }
        String status = JsonValues.text(health, "status");
        return "worker " + JsonValues.text(health, "worker_id") + " is " + paint(status, style) + ", up for "
                + uptime(health) + "\n" + table.render() + figures(health, style);
    }

    private static String uptime(Map<String, ?> health) {
        double seconds = health.get("uptime_seconds") instanceof Number number ? number.doubleValue() : 0;
        return Formats.seconds((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    private static String figures(Map<String, ?> health, Style style) {
        StringBuilder lines = new StringBuilder();
        for (String layer : new String[] {"native", "jvm"}) {
            Map<String, Object> figures = JsonValues.members(health.get(layer));
            if (!figures.isEmpty()) {
                lines.append("\n").append(style.bold(layer));
                TextTable table = new TextTable();
                figures.forEach((name, value) -> table.row("  " + name, value.toString()));
                lines.append("\n").append(table.render());
            }
        }
        return lines.toString();
    }

    private static String paint(String status, Style style) {
        return switch (status) {
            case "healthy" -> style.good(status);
            case "degraded" -> style.warning(status);
            default -> style.bad(status);
        };
    }
}
