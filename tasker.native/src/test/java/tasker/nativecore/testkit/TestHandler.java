package tasker.nativecore.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepEventPublisher;
import tasker.events.api.spi.StepHandler;

/** Run steps as a test says. */
public final class TestHandler implements StepHandler {
    private final String name;
    private final Body body;
    private final List<StepEvent> events = new ArrayList<>();
    private final Map<StepEvent, StepEventPublisher> publishers = new HashMap<>();
    private Optional<Duration> timeout = Optional.empty();

    private TestHandler(String name, Body body) {
        this.name = name;
        this.body = body;
    }

    /** A handler of this name that does this. */
    public static TestHandler named(String name, Body body) {
        return new TestHandler(name, body);
    }

    /** Limit the time of each step. */
    public TestHandler timeout(Duration limit) {
        timeout = Optional.of(limit);
        return this;
    }

    /** Declare an event that this publisher publishes. */
    public TestHandler event(StepEvent declared, StepEventPublisher publisher) {
        events.add(declared);
        publishers.put(declared, publisher);
        return this;
    }

    /** Declare an event. */
    public TestHandler event(String type, StepEvent.Condition condition, DeliveryMode mode) {
        events.add(new StepEvent(type, condition, mode));
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StepResult handle(StepContext context) throws Exception {
        return body.handle(context);
    }

    @Override
    public List<StepEvent> events() {
        return events;
    }

    @Override
    public Optional<StepEventPublisher> publisher(StepEvent event) {
        return Optional.ofNullable(publishers.get(event));
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout;
    }

    /** Do what a handler does. */
    @FunctionalInterface
    public interface Body {
        /** Run one step. */
        StepResult handle(StepContext context) throws Exception;
    }
}
