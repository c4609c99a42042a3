package tasker.events.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Say how a step ended. */
public sealed interface StepResult {
    /** Report success with an output, a JSON object with the bounds of a {@linkplain DomainEvent#payload() payload}. */
    static StepResult success(Map<String, ? extends @Nullable Object> output) {
        return new Success(JsonObjects.view(output));
    }

    /**
     * Report a failure that another attempt may not meet, such as a service that does not answer.
     *
     * @param reason for people; the message of an exception may be {@code null} or blank, which is then said
     */
    static StepResult retryableFailure(@Nullable String reason) {
        return new Failure(FailureKind.RETRYABLE, given(reason));
    }

    /**
     * Report a failure that every attempt will meet, such as input that makes no sense.
     *
     * @param reason for people; the message of an exception may be {@code null} or blank, which is then said
     */
    static StepResult permanentFailure(@Nullable String reason) {
        return new Failure(FailureKind.PERMANENT, given(reason));
    }

    private static String given(@Nullable String reason) {
        return reason == null || reason.isBlank() ? "no reason was given" : reason;
    }

    /**
     * Carry what a step produced.
     *
     * @param output a JSON object
     */
    record Success(Map<String, @Nullable Object> output) implements StepResult {
        /**
         * Check and copy the output.
         *
         * @throws InvalidValueException when the output is no JSON object or is too large
         */
        public Success(Map<String, @Nullable Object> output) {
            this.output = JsonObjects.copy(output, "output");
        }
    }

    /**
     * Carry why a step failed.
     *
     * @param kind whether another attempt can help
     * @param reason for people, 1 to 4,096 characters; a longer one is cut, and what no store can keep becomes U+FFFD
     */
    record Failure(FailureKind kind, String reason) implements StepResult {
        private static final int MAX_REASON = 4_096;

        /**
         * Check the values.
         *
         * @throws InvalidValueException when a value is missing
         */
        public Failure {
            Checks.required(kind, "kind");
            Checks.required(reason, "reason");
            String cut = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON - 1) + '…' : reason;
            reason = Checks.notBlank(JsonText.readable(cut), "reason", MAX_REASON);
        }
    }

    /** Tell failures apart by what another attempt can do. */
    enum FailureKind {
        /** Another attempt may succeed. */
        RETRYABLE,
        /** Every attempt will fail. */
        PERMANENT,
        /** The handler ran out of time; another attempt may succeed. */
        TIMEOUT
    }
}
