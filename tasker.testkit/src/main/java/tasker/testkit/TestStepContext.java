package tasker.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.spi.StepContext;

/** Give a handler a step, and keep the events that it publishes; safe for use by many threads. */
public final class TestStepContext implements StepContext {
    private static final Duration TIME = Duration.ofSeconds(30);

    private final StepRequest request;
    private final Instant deadline = Instant.now().plus(TIME);
    private final List<Published> published = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;

    private TestStepContext(StepRequest request) {
        this.request = request;
    }

    /** Run this step, with half a minute of time. */
    public static TestStepContext of(StepRequest request) {
        return new TestStepContext(request);
    }

    /** Run the first attempt of a new step. */
    public static TestStepContext of(String handler, Map<String, ?> input) {
        return new TestStepContext(StepRequest.of(handler, input));
    }

    /**
     * Hold an event that the handler has published.
     *
     * @param event the event
     * @param mode the paths that it was to take
     */
    public record Published(DomainEvent event, DeliveryMode mode) {}

    /** The events that the handler has published, in order. */
    public List<Published> published() {
        return published;
    }

    /** Let the step's time be over, as the handler sees it; interrupting its thread is left to the test. */
    public void cancel() {
        cancelled = true;
    }

    @Override
    public StepRequest request() {
        return request;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public System.Logger logger() {
        return System.getLogger(request.handler());
    }

    @Override
    public DomainEvent.Builder event(String eventType) {
        return DomainEvent.builder(eventType, "test-worker")
                .correlationId(request.correlationId())
                .trace(trace());
    }

    @Override
    public void publish(DomainEvent event, DeliveryMode mode) {
        published.add(new Published(event, mode));
    }
}
