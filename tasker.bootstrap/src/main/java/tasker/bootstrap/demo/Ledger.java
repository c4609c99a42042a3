package tasker.bootstrap.demo;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;

/**
 * Count what was asked of the worker and what it said came of it, apart from the worker's own metrics; safe for use by
 * many threads.
 */
final class Ledger implements Consumer<StepOutcome> {
    private final UUID run;
    private final FailureReasons reasons = new FailureReasons();
    private long refused;
    private long submitted;
    private long succeeded;
    private long permanent;
    private long otherFailures;
    private long firstEndNanos;

    /** Count the steps that carry this correlation id. */
    Ledger(UUID run) {
        this.run = run;
    }

    /** Whether an event of this correlation belongs to the steps that are counted. */
    boolean owns(Optional<UUID> correlation) {
        return correlation.filter(run::equals).isPresent();
    }

    /** A line cannot even be a step's input. */
    synchronized void refuse(OrderLine line, String reason) {
        refused++;
        reasons.add(line.number(), reason);
    }

    /** The worker took a step. */
    synchronized void submit() {
        submitted++;
    }

    /** A step has ended. */
    @Override
    public synchronized void accept(StepOutcome outcome) {
        if (!owns(outcome.request().correlationId())) {
            return;
        }
        if (ended() == 0) {
            firstEndNanos = System.nanoTime();
        }
        switch (outcome.result()) {
            case StepResult.Success ignored -> succeeded++;
            case StepResult.Failure failure -> {
                if (failure.kind() == StepResult.FailureKind.PERMANENT) {
                    permanent++;
                } else {
                    otherFailures++;
                }
                int line = line(outcome.request());
                reasons.add(line, withoutPrefix(failure.reason(), "line " + line + ": "));
            }
        }
        notifyAll();
    }

    /** Wait until everything that was submitted has ended. */
    synchronized void awaitEnds() throws InterruptedException {
        while (ended() < submitted) {
            wait();
        }
    }

    /** When the first step had ended, by {@link System#nanoTime()}; empty before. */
    synchronized Optional<Long> firstEndNanos() {
        return ended() == 0 ? Optional.empty() : Optional.of(firstEndNanos);
    }

    synchronized Tally tally() {
        return new Tally(refused, submitted, succeeded, permanent, otherFailures);
    }

    synchronized List<FailureReasons.Group> failures() {
        return reasons.largestFirst();
    }

    private long ended() {
        return succeeded + permanent + otherFailures;
    }

    private static int line(StepRequest request) {
        return request.input().get("line") instanceof Number number ? number.intValue() : 0;
    }

    /** The line is shown apart. */
    private static String withoutPrefix(String reason, String prefix) {
        return reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason;
    }

    /**
     * Hold the counts as they stood together.
     *
     * @param refused lines that were no input of a step
     * @param submitted steps that the worker took
     * @param succeeded steps that ended well
     * @param permanent steps that failed for good
     * @param otherFailures steps that failed or timed out, and could have been tried again
     */
    record Tally(long refused, long submitted, long succeeded, long permanent, long otherFailures) {
        long failed() {
            return permanent + otherFailures;
        }

        long ended() {
            return succeeded + failed();
        }

        /** Events that the worker must have committed for these endings. */
        long durableEvents() {
            return succeeded + permanent;
        }
    }
}
