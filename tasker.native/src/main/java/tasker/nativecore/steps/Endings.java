package tasker.nativecore.steps;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tell those who wait for steps that they have ended, on virtual threads: what a caller has chained to a future may
 * block, and must not hold up the results of others.
 *
 * <p>One thread does it for as long as there is something to do, since starting one for each step costs as much as a
 * step. Before it completes a future to which something is chained it leaves the rest to another thread; and one that
 * is nevertheless stuck is replaced by whoever comes next.
 */
final class Endings {
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<Completed> queue = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Round> current = new AtomicReference<>();
    private final Consumer<Completed> end;

    /** End each step so. */
    Endings(Consumer<Completed> end) {
        this.end = end;
    }

    /** End this step soon. */
    void add(Completed completed) {
        queue.add(completed);
        Round round = current.get();
        if (round == null || round.isStuck()) {
            startAfter(round);
        }
    }

    private void startAfter(@Nullable Round last) {
        Round fresh = new Round();
        if (current.compareAndSet(last, fresh)) {
            Thread.startVirtualThread(fresh);
        }
    }

    /** End steps until there are none, or another round has taken over. */
    private final class Round implements Runnable {
        private volatile boolean ending;
        private volatile long sinceNanos;

        boolean isStuck() {
            return ending && System.nanoTime() - sinceNanos > STUCK_NANOS;
        }

        @Override
        public void run() {
            while (current.get() == this) {
                Completed next = queue.poll();
                if (next != null) {
                    endOne(next);
                } else {
                    current.compareAndSet(this, null);
                    // Whoever added a step before it saw that nobody is there relies on this second look.
                    if (queue.isEmpty() || !current.compareAndSet(null, this)) {
                        return;
                    }
                }
            }
        }

        private void endOne(Completed next) {
            if (next.run().future().getNumberOfDependents() > 0) {
                leaveRest();
            }
            sinceNanos = System.nanoTime();
            ending = true;
            end.accept(next);
            ending = false;
        }

        private void leaveRest() {
            if (queue.isEmpty()) {
                current.compareAndSet(this, null);
                if (!queue.isEmpty() && current.get() == null) {
                    startAfter(null);
                }
            } else {
                startAfter(this);
            }
        }
    }
}
