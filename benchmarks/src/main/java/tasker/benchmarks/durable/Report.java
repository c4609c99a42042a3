package tasker.benchmarks.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Write what was measured as a section of the documentation. */
final class Report {
    private final Field field;
    private final int rounds;
    private final String server;
    private final int peerConnections;

    Report(Field field, int rounds, String server, int peerConnections) {
        this.field = field;
        this.rounds = rounds;
        this.server = server;
        this.peerConnections = peerConnections;
    }

    String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("`benchmarks/run durable " + rounds + "`: " + rounds + " interleaved rounds of 1.5 s, JDK "
                + Runtime.version().feature() + ", " + Runtime.getRuntime().availableProcessors() + " cores,\n" + server
                + ". The event is " + SampleEvent.nextMessage().length()
                + " bytes of JSON. Callers are virtual threads;\n"
                + "the peers have pools of " + peerConnections + " connections, a worker its 2 writers. Events/s as"
                + " median [least–most] of the rounds.");
        lines.add("");
        lines.add("![Events per second by callers](images/publishing.svg)");
        lines.add("");
        callers(lines);
        lines.add("");
        limits(lines);
        return String.join("\n", lines);
    }

    private void callers(List<String> lines) {
        lines.add("| callers | " + field.published().getFirst().contender.name() + " | p50 / p99 | "
                + field.peers().stream()
                        .map(cells -> cells.getFirst().contender.name())
                        .collect(Collectors.joining(" | "))
                + " | best peer's p50 / p99 | times the best peer |");
        lines.add("|---|---|---|" + "---|".repeat(field.peers().size()) + "---|---|");
        for (int i = 0; i < field.published().size(); i++) {
            int number = i;
            Cell ours = field.published().get(number);
            Cell best = field.bestPeer(number);
            lines.add("| " + grouped(ours.callers) + " | **" + rate(ours) + "** | " + latency(ours) + " | "
                    + field.peers().stream()
                            .map(cells -> rate(cells.get(number)))
                            .collect(Collectors.joining(" | "))
                    + " | " + latency(best) + " | " + ratio(ours.times(best)) + " |");
        }
    }

    private void limits(List<String> lines) {
        List<Cell> limits = field.limits();
        lines.add("| | connections | events/s | p50 / p99 | "
                + limits.stream()
                        .map(cell -> "of `" + cell.contender.name() + "`")
                        .collect(Collectors.joining(" | "))
                + " |");
        lines.add("|---|---|---|---|" + "---|".repeat(limits.size()));
        List<Cell> ours =
                new ArrayList<>(field.published().subList(2, field.published().size()));
        ours.addAll(field.forms());
        for (Cell cell : ours) {
            lines.add("| " + cell.contender.name() + ", " + grouped(cell.callers) + " callers | 2 | **" + rate(cell)
                    + "** | " + latency(cell) + " | "
                    + limits.stream().map(limit -> ratio(cell.times(limit))).collect(Collectors.joining(" | ")) + " |");
        }
        for (Cell limit : limits) {
            lines.add("| " + limit.contender.name() + " | " + limit.callers + " | " + rate(limit) + " | "
                    + latency(limit) + " |" + " |".repeat(limits.size()));
        }
    }

    private static String rate(Cell cell) {
        Cell.Spread rate = cell.rate();
        return grouped(rate.median()) + " [" + grouped(rate.least()) + "–" + grouped(rate.most()) + "]";
    }

    private static String latency(Cell cell) {
        return "%.2f / %.1f ms"
                .formatted(cell.p50Millis().median(), cell.p99Millis().median());
    }

    private static String ratio(Cell.Spread ratio) {
        return "%.2f [%.2f–%.2f]".formatted(ratio.median(), ratio.least(), ratio.most());
    }

    private static String grouped(double number) {
        return "%,d".formatted(Math.round(number));
    }
}
