package tasker.events.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;

/**
 * Run the steps of one name.
 *
 * <p>Steps name their handler by {@link #name()}; two handlers of one name are an error that names both.
 */
public interface StepHandler extends WorkerService {
    /**
     * Run one step. Called on virtual threads, for many steps at once: at most as many as
     * {@code max_concurrent_handlers} allows. A thread may run many steps, one after the other: each begins without an
     * interrupt and with a log context of its own, but what a handler leaves in thread locals stays for those after it.
     *
     * <p>When the time limit has passed the thread is interrupted and the step ends as timed out. An exception ends the
     * step as a retryable failure with the exception's message, except {@link tasker.events.api.InvalidValueException}
     * and {@link tasker.events.api.StepFailedException}, which say more. An {@link Error} ends it as a retryable
     * failure too; the worker lives on.
     */
    StepResult handle(StepContext context) throws Exception;

    /** The events that the worker publishes when a step ends. Called once, after {@link #start}. */
    default List<StepEvent> events() {
        return List.of();
    }

    /**
     * Who decides how one of the declared {@link #events} is published; empty for the standard way. Called once for
     * each of them, after {@link #start}.
     */
    default Optional<StepEventPublisher> publisher(StepEvent event) {
        return Optional.empty();
    }

    /**
     * How long one step may run; empty for the worker's {@code handler_timeout_ms}. Called once, after {@link #start}.
     */
    default Optional<Duration> timeout() {
        return Optional.empty();
    }
}
