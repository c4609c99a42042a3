package tasker.events.api.spi;

import java.time.Instant;
import java.util.Optional;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.StepRequest;
import tasker.events.api.TraceContext;

/** Give a handler the step that it runs; safe for use by many threads, until the handler returns. */
public interface StepContext {
    /** What was asked for. */
    StepRequest request();

    /** When the step's time runs out. */
    Instant deadline();

    /** Whether the step's time has run out or the worker has given up on it. */
    boolean isCancelled();

    /**
     * The trace that the handler runs in: that of the step, or of the span that a tracer has begun for it. It is the
     * {@linkplain TraceContext#current current} one on the handler's thread.
     */
    default Optional<TraceContext> trace() {
        return request().trace();
    }

    /** A logger that is named after the handler. */
    System.Logger logger();

    /**
     * Start an event that carries the step's correlation id and its {@link #trace}, and the worker as its source.
     *
     * @throws tasker.events.api.InvalidValueException when the event is built, if the type is malformed
     */
    DomainEvent.Builder event(String eventType);

    /**
     * Publish an event now, whether or not the step will succeed.
     *
     * @throws PublishException when the event is not, or may not have been, published
     */
    void publish(DomainEvent event, DeliveryMode mode);
}
