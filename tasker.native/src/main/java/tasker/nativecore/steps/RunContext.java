package tasker.nativecore.steps;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.StepContext;
import tasker.nativecore.routing.EventRouter;

/** Give one run of a handler its step. */
final class RunContext implements StepContext {
    private final StepRun run;
    private final String workerId;
    private final EventRouter router;
    private volatile @Nullable Instant deadline;

    RunContext(StepRun run, String workerId, EventRouter router) {
        this.run = run;
        this.workerId = workerId;
        this.router = router;
    }

    @Override
    public StepRequest request() {
        return run.request();
    }

    @Override
    public Instant deadline() {
        Instant known = deadline;
        if (known == null) {
            // Asked for by few handlers, so not found out for all.
            known = Instant.now().plusNanos(run.leftNanos());
            deadline = known;
        }
        return known;
    }

    @Override
    public boolean isCancelled() {
        return run.isCut();
    }

    @Override
    public Optional<TraceContext> trace() {
        return run.trace();
    }

    @Override
    public System.Logger logger() {
        return run.handler().logger();
    }

    @Override
    public DomainEvent.Builder event(String eventType) {
        return DomainEvent.builder(eventType, workerId)
                .correlationId(request().correlationId())
                .trace(trace());
    }

    @Override
    public void publish(DomainEvent event, DeliveryMode mode) {
        if (run.isOver()) {
            throw new TaskerException(
                    "TASKER-W202", "step " + request().stepId() + " has ended; its context publishes no more events");
        }
        router.publish(event, mode, PublishOptions.defaults());
    }
}
