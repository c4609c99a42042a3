package tasker.benchmarks.fastpath;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keep what was measured, by contestant, trial and round; for one thread. */
final class Figures {
    /** Several measurements of one thing: the middle one, and the extremes. */
    record Spread(double least, double median, double most) {
        static Spread of(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            int middle = sorted.size() / 2;
            double median =
                    sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
            return new Spread(sorted.getFirst(), median, sorted.getLast());
        }
    }

    private final Map<Contestant, Map<String, Map<Integer, Double>>> values = new EnumMap<>(Contestant.class);

    /** Take a line of a trial's output, such as {@code cost 1=5.3}. */
    void add(Contestant contestant, int round, String line) {
        int equals = line.indexOf('=');
        if (equals > 0) {
            values.computeIfAbsent(contestant, name -> new TreeMap<>())
                    .computeIfAbsent(line.substring(0, equals), name -> new TreeMap<>())
                    .put(round, Double.parseDouble(line.substring(equals + 1)));
        }
    }

    Optional<Spread> of(Contestant contestant, String trial) {
        return spread(new ArrayList<>(rounds(contestant, trial).values()));
    }

    /** How many times as much one had than another in the same round. */
    Optional<Spread> ratio(Contestant contestant, Contestant other, String trial) {
        Map<Integer, Double> others = rounds(other, trial);
        List<Double> ratios = new ArrayList<>();
        rounds(contestant, trial).forEach((round, value) -> {
            Double beside = others.get(round);
            if (beside != null) {
                ratios.add(value / beside);
            }
        });
        return spread(ratios);
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private Map<Integer, Double> rounds(Contestant contestant, String trial) {
        return values.getOrDefault(contestant, Map.of()).getOrDefault(trial, Map.of());
    }
}
