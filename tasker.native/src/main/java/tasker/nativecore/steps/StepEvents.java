package tasker.nativecore.steps;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.StepEventPublisher;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
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
    private final StripedCounter failed = new StripedCounter();
    private final StripedCounter skipped = new StripedCounter();
    private final StripedCounter hookErrors = new StripedCounter();
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

    /** Events that their publishers did not want to be published. */
    long skipped() {
        return skipped.value();
    }

    /** Hooks that threw after their events were, or were not, published; those that threw before count as failed. */
    long hookErrors() {
        return hookErrors.value();
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    /** The events of this ending that a source publishes in the transaction of the result. */
    StepSettling.Events of(Completed completed) {
        return new Settled(completed);
    }

    /** Queue the events that are declared for this ending, but those that a source has published. */
    void publish(Completed completed) {
        boolean settled = completed.run().settling().isPresent();
        for (DeclaredEvent declared : completed.run().handler().events()) {
            boolean published = settled && declared.event().mode() != DeliveryMode.FAST;
            if (!published
                    && declared.event().condition().matches(completed.outcome().result())
                    && underWay(completed).enter()) {
                queue(new Job(declared, completed));
            }
        }
    }

    /** Count the events that are declared for this ending as not published. */
    void lose(Completed completed) {
        for (DeclaredEvent declared : completed.run().handler().events()) {
            if (declared.event().condition().matches(completed.outcome().result())) {
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
        StepLog.enter(workerId, job.completed().run().request());
        try {
            Optional<DomainEvent> event = job.build(workerId);
            if (event.isEmpty()) {
                skipped.increment();
                underWay(job.completed()).leave();
                return;
            }
            publish(job, event.get(), job.declared().event().mode());
        } catch (RuntimeException | Error e) {
            settle(job, e);
        } finally {
            MDC.clear();
        }
    }

    private void publish(Job job, DomainEvent event, DeliveryMode mode) {
        CompletableFuture<Void> published;
        try {
            published = router.publishAsync(event, mode, PublishOptions.defaults());
        } catch (RuntimeException | Error e) {
            published = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> ignored = published.whenComplete((nothing, thrown) -> {
            if (thrown == null) {
                hook(job, publisher -> publisher.afterPublish(event));
            }
            settle(job, thrown);
        });
    }

    private void settle(Job job, @Nullable Throwable thrown) {
        if (thrown != null) {
            failed.increment();
            LOG.warn(
                    "event=step_event_failed event_type={} handler={} step_id={} error={}",
                    job.declared().event().eventType(),
                    job.completed().run().handler().name(),
                    job.completed().run().request().stepId(),
                    Failures.describe(thrown));
            hook(
                    job,
                    publisher -> publisher.onPublishError(
                            job.declared().event(), job.completed().outcome(), thrown));
        }
        underWay(job.completed()).leave();
    }

    private static Gate underWay(Completed completed) {
        return completed.run().handler().life().events();
    }

    private void hook(Job job, Consumer<StepEventPublisher> hook) {
        StepEventPublisher publisher = job.declared().publisher();
        try {
            Foreign.run(publisher, () -> hook.accept(publisher));
        } catch (RuntimeException | Error e) {
            hookErrors.increment();
            LOG.warn(
                    "event=step_event_hook_failed event_type={} handler={} error={}",
                    job.declared().event().eventType(),
                    job.completed().run().handler().name(),
                    Failures.describe(e));
        }
    }

    /**
     * Hold one event that waits to be published.
     *
     * @param declared what the handler declared
     * @param completed the step that ended
     */
    private record Job(DeclaredEvent declared, Completed completed) {
        Optional<DomainEvent> build(String workerId) {
            return declared.build(completed.outcome(), completed.run().trace(), workerId);
        }
    }

    /** Lead the durable events of one step through the transaction of its source. */
    private final class Settled implements StepSettling.Events {
        private final Completed completed;
        private final Map<Job, DomainEvent> built = new LinkedHashMap<>();

        Settled(Completed completed) {
            this.completed = completed;
        }

        @Override
        public List<DomainEvent> durable() {
            for (DeclaredEvent declared : completed.run().handler().events()) {
                if (declared.event().mode() != DeliveryMode.FAST
                        && declared.event()
                                .condition()
                                .matches(completed.outcome().result())
                        && underWay(completed).enter()) {
                    build(new Job(declared, completed));
                }
            }
            return List.copyOf(built.values());
        }

        private void build(Job job) {
            try {
                Optional<DomainEvent> event = job.build(workerId);
                if (event.isPresent()) {
                    built.put(job, event.get());
                } else {
                    skipped.increment();
                    underWay(completed).leave();
                }
            } catch (RuntimeException | Error e) {
                settle(job, e);
            }
        }

        @Override
        public void written() {
            built.forEach((job, event) -> {
                if (job.declared().event().mode() == DeliveryMode.BROADCAST) {
                    publish(job, event, DeliveryMode.FAST);
                } else {
                    router.countDurable();
                    hook(job, publisher -> publisher.afterPublish(event));
                    settle(job, null);
                }
            });
        }

        @Override
        public void failed(Throwable cause) {
            built.keySet().forEach(job -> settle(job, cause));
        }
    }
}
