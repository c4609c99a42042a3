package tasker.nativecore;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.guard.Gate;

/**
 * Let what is in flight finish, and close every service in reverse order.
 *
 * <p>Each of the two takes at most the shutdown timeout, and a few seconds more when handlers had to be interrupted. An
 * interrupt of the thread ends the waiting, not the closing.
 */
final class StopSequence {
    private static final Logger LOG = LoggerFactory.getLogger(StopSequence.class);

    private final WorkerParts parts;
    private final Gate publishes;
    private final LayerChanges changes;
    private final Runnable beforeClosing;
    private volatile @Nullable StopReport report;
    private boolean interrupted;

    /**
     * Prepare to stop.
     *
     * @param parts what is stopped
     * @param publishes whoever publishes is inside this gate
     * @param changes the services that come and go: no more do
     * @param beforeClosing is run when all has been drained and before the first service is closed
     */
    StopSequence(WorkerParts parts, Gate publishes, LayerChanges changes, Runnable beforeClosing) {
        this.parts = parts;
        this.publishes = publishes;
        this.changes = changes;
        this.beforeClosing = beforeClosing;
    }

    /** Drain, close, and say in one line what was left. */
    void run() {
        long begun = System.nanoTime();
        long bound = parts.shutdownTimeout().toNanos();
        long deadline = begun + bound;
        // For what steps leave behind when they are interrupted at the bound: their results, and then their events.
        long forRest = 4 * parts.settings.get(WorkerSettings.INTERRUPT_GRACE_MS).toNanos();
        quietly(() -> changes.close(until(deadline)));
        parts.readers.stop();
        // First, and while their handlers may still publish.
        quietly(() -> parts.subscriptions.closeAll(until(deadline)));
        publishes.close();
        long unfinished = quietly(() -> parts.pipeline.drain(until(deadline)));
        long lost = 0;
        if (unfinished > 0) {
            lost = quietly(() -> parts.pipeline.interrupt(System.nanoTime() + forRest));
        }
        long rest = Math.max(deadline, System.nanoTime() + forRest);
        long events = quietly(() -> parts.pipeline.drainEvents(until(rest)));
        long publishing = quietly(() -> {
            publishes.awaitEmpty(until(deadline));
            return publishes.inside();
        });
        parts.readers.close();
        parts.pipeline.close();
        beforeClosing.run();
        closeServices();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        StopReport left = new StopReport(
                unfinished, lost, events, publishing, parts.pipeline.lostResults(), parts.pipeline.lostEvents());
        report = left;
        LOG.atLevel(left.isClean() ? Level.INFO : Level.WARN)
                .log(
                        "event=worker_stopped worker_id={} took_ms={} steps_interrupted={} steps_lost={} events_left={}"
                                + " publishes_left={} results_lost={} events_lost={}",
                        parts.config.workerId(),
                        (System.nanoTime() - begun) / 1_000_000,
                        left.stepsInterrupted(),
                        left.stepsLost(),
                        left.eventsLeft(),
                        left.publishesLeft(),
                        left.resultsLost(),
                        left.eventsLost());
    }

    /** What was left, once {@link #run} has ended. */
    Optional<StopReport> report() {
        return Optional.ofNullable(report);
    }

    /** Close what was started, without waiting for work: there is none yet. */
    void undo() {
        publishes.close();
        parts.readers.close();
        parts.pipeline.close();
        closeServices();
    }

    private void closeServices() {
        long deadline = System.nanoTime() + parts.shutdownTimeout().toNanos();
        parts.stack.closeAll(deadline);
        parts.database.close(deadline);
    }

    /** Once interrupted, wait no longer. */
    private long until(long deadline) {
        return interrupted ? System.nanoTime() : deadline;
    }

    private long quietly(Wait wait) {
        try {
            return wait.run();
        } catch (InterruptedException e) {
            interrupted = true;
            return quietly(wait);
        }
    }

    /** Wait for something, and tell how many are left. */
    @FunctionalInterface
    private interface Wait {
        long run() throws InterruptedException;
    }
}
