package tasker.nativecore.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepLimits;
import tasker.nativecore.guard.RetryDelays;

/** Hold the steps that wait for their next attempt; safe for use by many threads. */
final class Retries {
    private final long origin = System.nanoTime();
    private final Queue<Waiting> queue = new PriorityQueue<>();
    private volatile int size;

    /** Hold this attempt for as long as its limits say; tells for how many nanoseconds. */
    long add(StepRun next) {
        StepLimits limits = next.limits();
        long delay = new RetryDelays(limits.retryDelay(), limits.maxRetryDelay())
                .after(next.request().attempt() - 1)
                .toNanos();
        synchronized (queue) {
            queue.add(new Waiting(next, now() + delay));
            size = queue.size();
        }
        return delay;
    }

    /** Hold this attempt until this {@link System#nanoTime}. */
    void addUntil(StepRun next, long dueNanos) {
        synchronized (queue) {
            queue.add(new Waiting(next, dueNanos - origin));
            size = queue.size();
        }
    }

    /** Take out those that are wanted, and tell when each was due, a {@link System#nanoTime}. */
    void takeOut(Predicate<StepRun> wanted, ObjLongConsumer<StepRun> taker) {
        List<Waiting> taken = new ArrayList<>();
        synchronized (queue) {
            for (Waiting waiting : queue) {
                if (wanted.test(waiting.run)) {
                    taken.add(waiting);
                }
            }
            queue.removeAll(taken);
            size = queue.size();
        }
        taken.forEach(waiting -> taker.accept(waiting.run, waiting.due + origin));
    }

    int size() {
        return size;
    }

    /** Take those whose time has come. */
    List<StepRun> due() {
        List<StepRun> due = new ArrayList<>();
        synchronized (queue) {
            long now = now();
            for (Waiting first = queue.peek(); first != null && first.due <= now; first = queue.peek()) {
                queue.remove();
                due.add(first.run);
            }
            size = queue.size();
        }
        return due;
    }

    /** In how many nanoseconds the next one is due; {@link StepRun#NEVER} when none waits. */
    long nextInNanos() {
        synchronized (queue) {
            Waiting first = queue.peek();
            return first == null ? StepRun.NEVER : Math.max(0, first.due - now());
        }
    }

    /** Take one, whether its time has come or not; {@code null} when none waits. */
    @Nullable
    StepRun pollAny() {
        synchronized (queue) {
            Waiting first = queue.poll();
            size = queue.size();
            return first == null ? null : first.run;
        }
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    /**
     * Hold an attempt until its time has come.
     *
     * @param run the attempt
     * @param due when it may start, since the origin
     */
    private record Waiting(StepRun run, long due) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return Long.compare(due, other.due);
        }
    }
}
