package tasker.nativecore.steps;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Know the steps whose handlers run, for the timer and for those who ask; safe for use by many threads.
 *
 * <p>A table of twice as many places as steps may run, searched from where the thread's id points to: the place there
 * is nearly always free, and that which a thread has just left is still in its cache. A concurrent set costs as much as
 * all else that the core does for a step.
 */
final class RunningSteps {
    /** References on one cache line; neighbouring threads should not share one. */
    private static final int LINE = 16;

    private final AtomicReferenceArray<StepRun> places;

    RunningSteps(int most) {
        places = new AtomicReferenceArray<>(2 * Math.max(most, LINE));
    }

    /** Add a step; there are fewer than the most already. */
    void add(StepRun run) {
        int place = (int) (Thread.currentThread().threadId() * LINE % places.length());
        run.takePlace(place);
        // Known before others see the step there: one of them may end it.
        while (!places.compareAndSet(place, null, run)) {
            place = (place + 1) % places.length();
            run.takePlace(place);
        }
    }

    void remove(StepRun run) {
        places.setRelease(run.place(), null);
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
