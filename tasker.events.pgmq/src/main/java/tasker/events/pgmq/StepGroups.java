package tasker.events.pgmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tasker.events.api.TaskerException;

/**
 * Settle steps that end at about the same time together: while one thread writes a group, those that come wait, and the
 * first of them writes all of these. Alone, a step is settled at once. Safe for use by many threads.
 */
final class StepGroups {
    private static final int MOST = 500;
    private static final long MOST_LENGTH = 16L * 1_024 * 1_024;

    private final Consumer<List<StepEnding>> writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<StepEnding> waiting = new ArrayDeque<>();
    private boolean writing;

    /**
     * Make groups.
     *
     * @param writer settles a group, and ends each of it; called by one thread at a time
     */
    StepGroups(Consumer<List<StepEnding>> writer) {
        this.writer = writer;
    }

    /** Settle a step, whatever the outcome, and return when it has ended. */
    void settle(StepEnding ending) {
        if (comesFirst(ending) || ending.awaitTurn()) {
            writeNext();
        }
    }

    private boolean comesFirst(StepEnding ending) {
        lock.lock();
        try {
            waiting.add(ending);
            boolean first = !writing;
            writing = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Write the group that begins with the step of this thread. */
    private void writeNext() {
        List<StepEnding> group = nextGroup();
        try {
            writer.accept(group);
        } finally {
            for (StepEnding each : group) {
                if (!each.isOver()) {
                    each.fail(new TaskerException("TASKER-Q111", "cannot settle steps: the thread that wrote failed"));
                }
            }
            passOn();
        }
    }

    private List<StepEnding> nextGroup() {
        lock.lock();
        try {
            List<StepEnding> group = new ArrayList<>();
            long length = 0;
            for (StepEnding next = waiting.peek(); next != null; next = waiting.peek()) {
                length += next.length();
                if (!group.isEmpty() && (group.size() == MOST || length > MOST_LENGTH)) {
                    break;
                }
                group.add(waiting.remove());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void passOn() {
        lock.lock();
        try {
            StepEnding next = waiting.peek();
            writing = next != null;
            if (next != null) {
                next.giveTurn();
            }
        } finally {
            lock.unlock();
        }
    }
}
