package tasker.nativecore.steps;

import java.util.Locale;
import java.util.Optional;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepFailedException;
import tasker.events.api.StepResult;
import tasker.events.api.StepResult.FailureKind;
import tasker.nativecore.guard.Failures;

/** Tell the failures of steps apart. */
final class StepFailures {
    private StepFailures() {}

    /** Turn what a handler has thrown into a failure, as the contract of {@code StepHandler} says. */
    static StepResult.Failure of(Throwable thrown) {
        return switch (thrown) {
            case StepFailedException chosen -> new StepResult.Failure(chosen.kind(), reason(chosen, chosen.code()));
            case InvalidValueException invalid ->
                new StepResult.Failure(FailureKind.PERMANENT, Failures.message(invalid));
            case Exception exception -> new StepResult.Failure(FailureKind.RETRYABLE, Failures.message(exception));
            default -> new StepResult.Failure(FailureKind.RETRYABLE, Failures.describe(thrown));
        };
    }

    /** A handler that broke its contract. */
    static StepResult.Failure returnedNull(RegisteredHandler handler) {
        return new StepResult.Failure(
                FailureKind.RETRYABLE, "TASKER-S105 handler '" + handler.name() + "' returned null; expected a result");
    }

    /** A handler that ran out of time. */
    static StepResult.Failure timedOut(StepRun run, boolean abandoned) {
        return new StepResult.Failure(
                FailureKind.TIMEOUT,
                "TASKER-S103 handler '" + run.handler().name() + "' ran longer than "
                        + run.timeoutNanos() / 1_000_000 + " ms"
                        + (abandoned ? ", ignored the interrupt and was left behind" : " and was interrupted"));
    }

    /** A step that was given up because the worker stopped, or the handler was taken away. */
    static StepResult.Failure stopped(RegisteredHandler handler, boolean started) {
        if (handler.life().isRevoked()) {
            return new StepResult.Failure(
                    FailureKind.RETRYABLE,
                    "TASKER-S114 the plugin of handler '" + handler.name() + "' was taken out before it "
                            + (started ? "was done" : "could start") + "; submit the step again once it is back");
        }
        return new StepResult.Failure(
                FailureKind.RETRYABLE,
                "TASKER-S104 the worker stopped before handler '" + handler.name() + "' "
                        + (started ? "was done" : "could start") + "; submit the step again");
    }

    /** What a handler chose to say, without the code that its exception puts before it. */
    private static String reason(StepFailedException chosen, String code) {
        String message = Failures.message(chosen);
        String text =
                message.startsWith(code) ? message.substring(code.length()).strip() : message;
        return text.isEmpty() ? message : text;
    }

    /** Why a step failed, in one word; empty when it has succeeded. */
    static Optional<String> kind(StepResult result) {
        return result instanceof StepResult.Failure failure
                ? Optional.of(failure.kind().name().toLowerCase(Locale.ROOT))
                : Optional.empty();
    }
}
