package tasker.benchmarks.durable;

import java.util.ArrayList;
import java.util.List;

/** Collect what one contender reached under one number of callers, round after round. */
final class Cell {
    final Contender contender;
    final int callers;
    final List<Load.Result> results = new ArrayList<>();

    Cell(Contender contender, int callers) {
        this.contender = contender;
        this.callers = callers;
    }

    /** The median of one figure, and the least and the most. */
    record Spread(double least, double median, double most) {
        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Spread(sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
        }
    }

    Spread rate() {
        return Spread.of(results.stream().map(Load.Result::eventsPerSecond).toList());
    }

    Spread p50Millis() {
        return Spread.of(results.stream().map(result -> result.p50() / 1e6).toList());
    }

    Spread p99Millis() {
        return Spread.of(results.stream().map(result -> result.p99() / 1e6).toList());
    }

    /** How many times as fast this was as another, round by round, so that what the machine did meanwhile cancels. */
    Spread times(Cell other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(results.size(), other.results.size()); round++) {
            ratios.add(results.get(round).eventsPerSecond()
                    / other.results.get(round).eventsPerSecond());
        }
        return Spread.of(ratios);
    }
}
