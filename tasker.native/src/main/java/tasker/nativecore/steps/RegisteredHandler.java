package tasker.nativecore.steps;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.guard.Foreign;

/**
 * Hold a handler that has started, with what it declared.
 *
 * @param name the handler's name
 * @param handler runs the steps
 * @param timeout how long one step may run
 * @param events what is published when a step ends
 * @param figures counts how its steps ended
 * @param logger takes what it says
 * @param threadName names the threads that run its steps
 * @param life knows what is under way
 */
record RegisteredHandler(
        String name,
        StepHandler handler,
        Duration timeout,
        List<DeclaredEvent> events,
        HandlerFigures figures,
        System.Logger logger,
        String threadName,
        HandlerLife life) {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredHandler.class);
    private static final StepHandler ABSENT = new Absent();
    private static final Duration MAX_TIMEOUT = Duration.ofHours(24);

    /** Whether this stands in for a handler that is not there. */
    boolean isAbsent() {
        return handler instanceof Absent;
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    /** Ask a handler, once, for what it declares; a timeout beyond 24 hours becomes one of 24 hours. */
    static RegisteredHandler of(
            String name,
            StepHandler handler,
            PipelineLimits limits,
            HandlerFigures figures,
            Optional<PayloadChecks> checks) {
        Duration timeout = Foreign.call(handler, handler::timeout).orElse(limits.timeout());
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "handler '" + name + "' declares a timeout of " + timeout + "; a positive one is required");
        }
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            LOG.warn("event=handler_timeout_limited handler={} declared={} limit={}", name, timeout, MAX_TIMEOUT);
            timeout = MAX_TIMEOUT;
        }
        List<StepEvent> declared = List.copyOf(Foreign.call(handler, handler::events));
        List<DeclaredEvent> events = declared.stream()
                .map(event -> DeclaredEvent.of(name, handler, event, checks))
                .toList();
        return new RegisteredHandler(
                name,
                handler,
                timeout,
                events,
                figures,
                new HandlerLogger(name),
                "tasker-step-" + name,
                new HandlerLife());
    }

    /** Stand in for a handler that is not there: its steps wait, or end, but do not run. */
    static RegisteredHandler absent(String name, PipelineLimits limits, HandlerFigures figures) {
        HandlerLife life = new HandlerLife();
        life.revoke();
        return new RegisteredHandler(
                name,
                ABSENT,
                limits.timeout(),
                List.of(),
                figures,
                new HandlerLogger(name),
                "tasker-step-" + name,
                life);
    }

    /** Run nothing. */
    private static final class Absent implements StepHandler {
        @Override
        public String name() {
            return "absent";
        }

        @Override
        public StepResult handle(StepContext context) {
            throw new IllegalStateException("the handler '" + context.request().handler() + "' is not there");
        }
    }
}
