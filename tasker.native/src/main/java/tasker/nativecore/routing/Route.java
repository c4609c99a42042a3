package tasker.nativecore.routing;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.PublishOptions;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.tracing.Tracing;

/** Lead the events of one mode through its publishers, one after the other, and count each event once. */
final class Route {
    final StripedCounter published;
    final StripedCounter failed;
    private final List<DomainEventPublisher> publishers;
    private final Target target;

    private Route(
            List<DomainEventPublisher> publishers, Target target, StripedCounter published, StripedCounter failed) {
        this.publishers = List.copyOf(publishers);
        this.target = target;
        this.published = published;
        this.failed = failed;
    }

    /** A route that leads nowhere yet. */
    static Route empty() {
        return new Route(List.of(), Target.UNKNOWN, new StripedCounter(), new StripedCounter());
    }

    /** The same route, with the same counts, through these publishers. */
    Route through(List<DomainEventPublisher> more, Target first) {
        return new Route(more, first, published, failed);
    }

    /** Begin to record that events are sent on this route, of which a trace names the first path. */
    Tracing.Sending send(Tracing tracing, List<DomainEvent> events, PublishOptions options) {
        String type = events.getFirst().eventType();
        return tracing.send(target.system(), () -> target.destination(type, options.namespace()), events);
    }

    /** Whether every path of the mode is there. */
    boolean isOpen() {
        return !publishers.isEmpty();
    }

    void publish(DomainEvent event, PublishOptions options) {
        int taken = 0;
        try {
            for (; taken < publishers.size(); taken++) {
                DomainEventPublisher publisher = publishers.get(taken);
                if (publisher instanceof DurableEventPublisher durable) {
                    durable.publish(event, options);
                } else {
                    publisher.publish(event);
                }
            }
        } catch (RuntimeException | Error e) {
            failed.increment();
            throw unchecked(translate(e, taken > 0));
        }
        published.increment();
    }

    void publishAll(List<DomainEvent> events, PublishOptions options) {
        int taken = 0;
        try {
            for (; taken < publishers.size(); taken++) {
                DomainEventPublisher publisher = publishers.get(taken);
                if (publisher instanceof DurableEventPublisher durable) {
                    durable.publishAll(events, options);
                } else {
                    publisher.publishAll(events);
                }
            }
        } catch (RuntimeException | Error e) {
            failed.add(events.size());
            throw unchecked(translate(e, taken > 0));
        }
        published.add(events.size());
    }

    CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions options) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> last;
        try {
            // The contract forbids null, but transports are not ours.
            last = Objects.requireNonNull(
                    publishAsync(publishers.getFirst(), event, options), "publishAsync returned null");
            for (DomainEventPublisher next : publishers.subList(1, publishers.size())) {
                last = last.thenRun(() -> publishFurther(next, event));
            }
        } catch (RuntimeException | Error e) {
            last = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> ignored = last.whenComplete((nothing, thrown) -> {
            if (thrown == null) {
                published.increment();
                end.complete(null);
            } else {
                failed.increment();
                end.completeExceptionally(translate(thrown, false));
            }
        });
        return end;
    }

    private static CompletableFuture<Void> publishAsync(
            DomainEventPublisher first, DomainEvent event, PublishOptions options) {
        return first instanceof DurableEventPublisher durable
                ? durable.publishAsync(event, options)
                : first.publishAsync(event);
    }

    /** Publish on a path that follows one which has taken the event. */
    private static void publishFurther(DomainEventPublisher next, DomainEvent event) {
        try {
            next.publish(event);
        } catch (RuntimeException | Error e) {
            throw unchecked(translate(e, true));
        }
    }

    /**
     * Keep coded errors and those of the machine, and tell of all else as of an event that may have been written.
     *
     * @param taken whether an earlier path has taken the event, which then no error may deny
     */
    private static Throwable translate(Throwable thrown, boolean taken) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof TaskerException coded) {
            boolean denied = taken && !(coded instanceof PublishException known && known.mayHaveBeenWritten());
            return denied ? written(coded) : coded;
        }
        if (cause instanceof VirtualMachineError) {
            return cause;
        }
        return new PublishException(
                "TASKER-W203",
                "the transport failed with " + Failures.describe(cause)
                        + "; report it to the transport's author, and retry with the same event",
                true,
                cause);
    }

    /** The same error, of an event that an earlier path has taken. */
    private static PublishException written(TaskerException failure) {
        return new PublishException(
                failure.code(),
                "an earlier path has taken the event, and the next one failed; retry with the same event",
                true,
                failure);
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }
}
