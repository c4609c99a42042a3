package tasker.nativecore.steps;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Gate;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.routing.EventRouter;

/**
 * Publish the events that handlers declared, once the results are with the sink.
 *
 * <p>A bounded queue and a thread of its own keep a slow path from holding up results; the events are published without
 * waiting for each, so that the durable path can commit many at once. When the queue stays full for
 * {@value #PATIENCE_SECONDS} seconds the event is given up. An event that fails is counted and logged, and never fails
 * its step.
 */
final class StepEvents implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StepEvents.class);
    private static final int PATIENCE_SECONDS = 30;

    private final String workerId;
    private final EventRouter router;
    private final BoundedChannel<Job> queue;
    private final Gate gate = new Gate();
    private final StripedCounter failed = new StripedCounter();
    private final StripedCounter lost = new StripedCounter();
    private final Thread thread;
    private volatile boolean closed;

    StepEvents(String workerId, EventRouter router, int capacity) {
        this.workerId = workerId;
        this.router = router;
        queue = new BoundedChannel<>(capacity);
        thread = Thread.ofPlatform().daemon().name("tasker-step-events").unstarted(this);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Events whose results the sink has not taken; they count as failed, too. */
    long lost() {
        return lost.value();
    }

    /** Events that were not published. */
    long failed() {
        return failed.value();
    }

    /** Events that are queued or on their way. */
    long pending() {
        return gate.inside();
    }

    boolean awaitPublished(long deadlineNanos) throws InterruptedException {
        return gate.awaitEmpty(deadlineNanos);
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    /** Queue the events that are declared for this ending. */
    void publish(Completed completed) {
        for (StepEvent declared : completed.run().handler().events()) {
            if (declared.condition().matches(completed.outcome().result()) && gate.enter()) {
                queue(new Job(declared, completed));
            }
        }
    }

    /** Count the events that are declared for this ending as not published. */
    void lose(Completed completed) {
        for (StepEvent declared : completed.run().handler().events()) {
            if (declared.condition().matches(completed.outcome().result())) {
                failed.increment();
                lost.increment();
            }
        }
    }

    private void queue(Job job) {
        try {
            if (queue.offer(job, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))) {
                return;
            }
            settle(job, new IllegalStateException("the queue of events was full for " + PATIENCE_SECONDS + " s"));
        } catch (InterruptedException e) {
            settle(job, e);
        }
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                send(queue.take().item());
            } catch (InterruptedException ignored) {
                LOG.trace("event=step_events_woken closed={}", closed);
            }
        }
    }

    private void send(Job job) {
        try {
            CompletableFuture<Void> ignored = router.publishAsync(
                            event(job), job.declared().mode())
                    .whenComplete((nothing, thrown) -> settle(job, thrown));
        } catch (RuntimeException | Error e) {
            settle(job, e);
        }
    }

    private void settle(Job job, @Nullable Throwable thrown) {
        gate.leave();
        if (thrown != null) {
            failed.increment();
            LOG.warn(
                    "event=step_event_failed event_type={} handler={} step_id={} error={}",
                    job.declared().eventType(),
                    job.completed().run().handler().name(),
                    job.completed().run().request().stepId(),
                    Failures.describe(thrown));
        }
    }

    private DomainEvent event(Job job) {
        StepRequest request = job.completed().run().request();
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("step_id", request.stepId().toString());
        payload.put("handler", request.handler());
        payload.put("attempt", request.attempt());
        switch (job.completed().outcome().result()) {
            case StepResult.Success success -> payload.put("output", success.output());
            case StepResult.Failure failure -> {
                payload.put("failure", failure.kind().name().toLowerCase(Locale.ROOT));
                payload.put("reason", failure.reason());
                payload.put("input", request.input());
            }
        }
        return DomainEvent.builder(job.declared().eventType(), workerId)
                .payload(payload)
                .correlationId(request.correlationId())
                .build();
    }

    /**
     * Hold one event that waits to be published.
     *
     * @param declared what the handler declared
     * @param completed the step that ended
     */
    private record Job(StepEvent declared, Completed completed) {}
}
