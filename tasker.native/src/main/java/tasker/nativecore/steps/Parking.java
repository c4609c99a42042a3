package tasker.nativecore.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hold the steps of handlers that are being replaced, until it is known who runs them; safe for use by many threads.
 *
 * <p>Each step is parked under a stand-in of its name, whose gate it has entered.
 */
final class Parking {
    private final Map<String, Lot> lots = new ConcurrentHashMap<>();

    /** Park the steps of this name from now on. */
    void open(String name, RegisteredHandler standIn) {
        lots.put(name, new Lot(standIn));
    }

    /** The stand-in under which steps of this name are parked; {@code null} when they are not. */
    @Nullable
    RegisteredHandler find(String name) {
        Lot lot = lots.get(name);
        return lot == null ? null : lot.standIn;
    }

    /** Park a step until it is due; {@code false} when it is known by now who runs it. */
    boolean park(Parked step) {
        Lot lot = lots.get(step.run().handler().name());
        return lot != null && lot.add(step);
    }

    /** How many steps are parked. */
    int size() {
        return lots.values().stream().mapToInt(Lot::size).sum();
    }

    /** Park no more steps of this name, and take those that are. */
    List<Parked> close(String name) {
        Lot lot = lots.remove(name);
        return lot == null ? List.of() : lot.close();
    }

    /**
     * Hold one parked step.
     *
     * @param run the step, under the stand-in
     * @param sinceNanos since when it has waited, a {@link System#nanoTime}
     * @param retried whether it waits for its next attempt, which is due at that time
     */
    record Parked(StepRun run, long sinceNanos, boolean retried) {}

    /** The steps of one name. */
    private static final class Lot {
        private final RegisteredHandler standIn;
        private final List<Parked> steps = new ArrayList<>();
        private boolean closed;

        Lot(RegisteredHandler standIn) {
            this.standIn = standIn;
        }

        synchronized boolean add(Parked step) {
            return !closed && steps.add(step);
        }

        synchronized int size() {
            return steps.size();
        }

        synchronized List<Parked> close() {
            closed = true;
            return List.copyOf(steps);
        }
    }
}
