package tasker.nativecore.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.EventTracer.Kind;
import tasker.events.api.spi.EventTracer.Operation;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Pass trace contexts on, and record spans where there is a tracer; safe for use by many threads.
 *
 * <p>Without a tracer, and without a context, each call costs a read of a field and a look for a header.
 */
public final class Tracing {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final long LOG_EVERY = 1_000;

    /** What traces call the channel through which steps come to their handlers. */
    public static final String STEPS = "tasker";

    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable EventTracer tracer;

    /** Record spans with this tracer from now on, unless there is one. */
    public synchronized boolean use(EventTracer chosen) {
        if (tracer != null) {
            return false;
        }
        tracer = chosen;
        return true;
    }

    /** Record no more spans with this tracer. */
    public synchronized void stop(Object service) {
        if (service.equals(tracer)) {
            tracer = null;
        }
    }

    /** Whether spans are recorded. */
    public boolean isOn() {
        return tracer != null;
    }

    /** How often a tracer has failed. */
    public long failures() {
        return failures.get();
    }

    /** The context that work which begins here belongs to. */
    public Optional<TraceContext> current() {
        EventTracer now = tracer;
        if (now != null) {
            Optional<TraceContext> known = guarded(() -> Foreign.call(now, now::current));
            if (known != null && known.isPresent()) {
                return known;
            }
        }
        return TraceContext.current();
    }

    /** Give the event the context that it is published in, unless it has one. */
    public DomainEvent carry(DomainEvent event) {
        if (event.headers().containsKey(TraceContext.TRACEPARENT)) {
            return event;
        }
        Optional<TraceContext> context = current();
        return context.isPresent() ? event.withTrace(context.get()) : event;
    }

    /** Give each event the context that it is published in, unless it has one. */
    public List<DomainEvent> carry(List<DomainEvent> events) {
        if (tracer == null && TraceContext.current().isEmpty()) {
            return events;
        }
        return events.stream().map(this::carry).toList();
    }

    /** Give the step the context that it is submitted in, unless it has one. */
    public StepRequest carry(StepRequest step) {
        if (step.traceparent().isPresent()) {
            return step;
        }
        Optional<TraceContext> context = current();
        return context.isPresent() ? step.withTrace(context) : step;
    }

    /** Begin to send events; each gets the context of the span, which continues that which it had. */
    public Sending send(String system, Supplier<String> destination, List<DomainEvent> events) {
        String queue = guarded(destination);
        DomainEvent first = events.getFirst();
        boolean alone = events.size() == 1;
        List<TraceContext> made = new ArrayList<>();
        if (!alone) {
            events.forEach(event -> event.trace().ifPresent(made::add));
        }
        Work work = begin(new Operation(
                Kind.SEND,
                system,
                queue == null ? system : queue,
                events.size(),
                alone ? Optional.of(first.eventId().toString()) : Optional.empty(),
                alone ? first.correlationId() : Optional.empty(),
                parent(alone ? first.trace() : Optional.empty()),
                made.stream().distinct().toList(),
                Optional.empty()));
        Optional<TraceContext> context = work.context();
        List<DomainEvent> sent = context.isEmpty()
                ? carry(events)
                : events.stream().map(event -> event.withTrace(context.get())).toList();
        return new Sending(sent, work);
    }

    /** Begin to submit a step in this process; it gets the context of the span, which continues that which it had. */
    public Submitting submit(StepRequest step) {
        Work work = begin(new Operation(
                Kind.SEND,
                STEPS,
                step.handler(),
                1,
                Optional.of(step.stepId().toString()),
                step.correlationId(),
                parent(step.trace()),
                List.of(),
                Optional.empty()));
        return new Submitting(work.context().isEmpty() ? carry(step) : step.withTrace(work.context()), work);
    }

    /** Record that messages were received, which has begun at that time and ends now. */
    public void received(Operation operation) {
        if (isOn()) {
            begin(operation).end(null);
        }
    }

    /**
     * Begin to process one message, in the context that it was made in.
     *
     * @param made that context, which becomes the parent of the span, and a link of it
     */
    public Work process(
            String system,
            String destination,
            UUID messageId,
            Optional<UUID> conversationId,
            Optional<TraceContext> made) {
        if (!isOn()) {
            return made.isPresent() ? new Work(made, null, this) : Work.NONE;
        }
        Work work = begin(ofOne(Kind.PROCESS, system, destination, messageId, conversationId, made));
        return work.context().isPresent() || made.isEmpty() ? work : new Work(made, null, this);
    }

    /** Begin to tell a queue what became of one message, in the context that it was made in. */
    public Work settle(String system, String queue, StepRequest step) {
        return isOn()
                ? begin(ofOne(Kind.SETTLE, system, queue, step.stepId(), step.correlationId(), step.trace()))
                : Work.NONE;
    }

    private static Operation ofOne(
            Kind kind,
            String system,
            String destination,
            UUID messageId,
            Optional<UUID> conversationId,
            Optional<TraceContext> made) {
        return new Operation(
                kind,
                system,
                destination,
                1,
                Optional.of(messageId.toString()),
                conversationId,
                made,
                made.stream().toList(),
                Optional.empty());
    }

    /** The most specific of two contexts of one trace; of two traces that which the message has. */
    private Optional<TraceContext> parent(Optional<TraceContext> own) {
        Optional<TraceContext> here = current();
        boolean sameTrace = own.isEmpty()
                || here.filter(context -> context.traceId().equals(own.get().traceId()))
                        .isPresent();
        return sameTrace ? here : own;
    }

    private Work begin(Operation operation) {
        EventTracer now = tracer;
        EventTracer.@Nullable Span span =
                now == null ? null : guarded(() -> Foreign.call(now, () -> now.begin(operation)));
        Optional<TraceContext> context = span == null ? Optional.empty() : Optional.ofNullable(guarded(span::context));
        return new Work(context, span, this);
    }

    /** What a tracer answers; {@code null} when it fails. */
    <T> @Nullable T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException | Error e) {
            if (failures.getAndIncrement() % LOG_EVERY == 0) {
                LOG.warn(
                        "event=tracer_failed failures={} reason=\"{}; the work goes on without a span\"",
                        failures.get(),
                        Failures.describe(e),
                        Failures.loggable(e));
            }
            return null;
        }
    }

    /**
     * Hold events on their way.
     *
     * @param events those to publish
     * @param work the span
     */
    public record Sending(List<DomainEvent> events, Work work) {
        /** Copy the list. */
        public Sending {
            events = List.copyOf(events);
        }
    }

    /**
     * Hold a step on its way.
     *
     * @param step the one to submit
     * @param work the span
     */
    public record Submitting(StepRequest step, Work work) {}
}
