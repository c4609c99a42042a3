package tasker.nativecore.steps;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Know the steps whose handlers run, for the timer and for those who ask.
 *
 * <p>A table of twice as many places as steps may run, searched from a place that moves on: the next place is nearly
 * always free, and leaving is one write. A concurrent set costs as much as all else that the core does for a step. One
 * thread adds at a time; all else is safe for use by many.
 */
final class RunningSteps {
    private final AtomicReferenceArray<StepRun> places;
    private int next;

    RunningSteps(int most) {
        places = new AtomicReferenceArray<>(2 * most);
    }

    /** Add a step; there are fewer than the most already. */
    void add(StepRun run) {
        while (places.get(next) != null) {
            next = (next + 1) % places.length();
        }
        run.takePlace(next);
        places.set(next, run);
        next = (next + 1) % places.length();
    }

    void remove(StepRun run) {
        places.compareAndSet(run.place(), run, null);
    }

    int count() {
        int count = 0;
        for (int i = 0; i < places.length(); i++) {
            count += places.get(i) == null ? 0 : 1;
        }
        return count;
    }

    void forEach(Consumer<StepRun> action) {
        for (int i = 0; i < places.length(); i++) {
            StepRun run = places.get(i);
            if (run != null) {
                action.accept(run);
            }
        }
    }
}
