package tasker.examples.orders;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.spi.StepContext;

/** Stand for a worker that runs one step, and keep what the handler publishes. */
class TestStep implements StepContext {
    final List<Map.Entry<String, DeliveryMode>> published = new ArrayList<>();
    private final StepRequest request;

    TestStep(Map<String, ? extends @Nullable Object> input) {
        request = StepRequest.of("process-order", input);
    }

    TestStep(long line, String text) {
        this(Map.of("line", line, "text", text));
    }

    @Override
    public StepRequest request() {
        return request;
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public System.Logger logger() {
        return System.getLogger("test");
    }

    @Override
    public DomainEvent.Builder event(String eventType) {
        return DomainEvent.builder(eventType, "test").correlationId(request.correlationId());
    }

    @Override
    public void publish(DomainEvent event, DeliveryMode mode) {
        published.add(Map.entry(event.eventType() + " " + event.payload(), mode));
    }
}
