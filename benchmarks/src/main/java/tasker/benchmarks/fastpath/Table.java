package tasker.benchmarks.fastpath;

import java.util.List;
import java.util.Locale;
import tasker.benchmarks.fastpath.Figures.Spread;

/** Write the figures as the tables of docs/performance.md. */
final class Table {
    private final Figures figures;
    private final StringBuilder text = new StringBuilder();

    Table(Figures figures, int rounds) {
        this.figures = figures;
        text.append("Medians of ").append(rounds).append(" interleaved rounds [least–most].\n");
        section("Publish, ns of CPU (bytes allocated)", List.of("cost 1", "cost 2", "bytes"), 1);
        section(
                "Delivered, million events/s over all subscribers, nothing lost (publishers × subscribers)",
                List.of("all 1x1", "all 1x3", "all 2x1", "all 2x3"),
                1e6);
        section(
                "Delivered in a flood, million events/s",
                List.of("flood 1x1", "flood 1x3", "flood 2x1", "flood 2x3"),
                1e6);
        section("Latency, µs", List.of("parked p50", "parked p99", "busy p50", "busy p99"), 1e3);
        ratios();
    }

    private void section(String title, List<String> trials, double unit) {
        text.append("\n**").append(title).append("**\n\n| |");
        trials.forEach(trial -> text.append(' ').append(trial).append(" |"));
        text.append("\n|---|").append("---|".repeat(trials.size())).append('\n');
        for (Contestant contestant : Contestant.values()) {
            if (trials.stream().anyMatch(trial -> figures.of(contestant, trial).isPresent())) {
                text.append("| ").append(contestant.title).append(" |");
                for (String trial : trials) {
                    text.append(figures.of(contestant, trial)
                            .map(spread -> " " + cell(spread, unit))
                            .orElse(""));
                    text.append(" |");
                }
                text.append('\n');
            }
        }
    }

    /** The ring beside each peer, round by round. */
    private void ratios() {
        List<String> trials = List.of("cost 1", "all 1x3", "all 2x3", "flood 1x3", "flood 2x3", "parked p50");
        text.append("\n**The ring's figure divided by the peer's of the same round**\n\n| |");
        trials.forEach(trial -> text.append(' ').append(trial).append(" |"));
        text.append("\n|---|").append("---|".repeat(trials.size())).append('\n');
        for (Contestant contestant : Contestant.values()) {
            if (contestant != Contestant.RING) {
                text.append("| ").append(contestant.title).append(" |");
                for (String trial : trials) {
                    text.append(figures.ratio(Contestant.RING, contestant, trial)
                            .map(spread -> " " + cell(spread, 1))
                            .orElse(""));
                    text.append(" |");
                }
                text.append('\n');
            }
        }
    }

    private static String cell(Spread spread, double unit) {
        return number(spread.median() / unit) + " [" + number(spread.least() / unit) + "–"
                + number(spread.most() / unit) + "]";
    }

    private static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 0.1 || value == 0 ? "%.2f" : "%.5f";
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
