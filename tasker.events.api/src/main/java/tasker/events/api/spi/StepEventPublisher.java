package tasker.events.api.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepOutcome;

/**
 * Decide how one declared event of a step is published.
 *
 * <p>The hooks are called in this order, once an event, on a thread of the core: {@link #shouldPublish},
 * {@link #transformPayload}, {@link #additionalMetadata}, {@link #beforePublish}; then the event takes its paths; then
 * {@link #afterPublish}, or {@link #onPublishError} when it was not published, on the thread that the transport ends
 * with. They should be quick: the events of other steps wait. An exception of a hook before the publishing means that
 * the event is not published; any is counted and logged, and none fails the step.
 */
public interface StepEventPublisher {
    /** Whether this ending is worth an event; the declared condition holds already. */
    default boolean shouldPublish(StepEvent declared, StepOutcome outcome) {
        return true;
    }

    /** The payload to publish in place of the standard one. */
    default Map<String, @Nullable Object> transformPayload(
            StepEvent declared, StepOutcome outcome, Map<String, @Nullable Object> payload) {
        return payload;
    }

    /** Headers to add to the event. */
    default Map<String, String> additionalMetadata(StepEvent declared, StepOutcome outcome) {
        return Map.of();
    }

    /** See the event that is about to be published. */
    default void beforePublish(DomainEvent event) {}

    /** See the event that was published, on every path of its mode. */
    default void afterPublish(DomainEvent event) {}

    /**
     * See that an event was not, or may not have been, published.
     *
     * @param declared what the handler declared
     * @param outcome the step that ended
     * @param cause what went wrong
     */
    default void onPublishError(StepEvent declared, StepOutcome outcome, Throwable cause) {}
}
