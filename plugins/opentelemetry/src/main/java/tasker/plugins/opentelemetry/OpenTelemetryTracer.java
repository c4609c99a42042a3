package tasker.plugins.opentelemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.WorkerContext;

/**
 * Record spans by OpenTelemetry's semantic conventions for messaging, with whatever SDK or agent has made itself
 * global.
 *
 * <p>Sending is a producer's span, receiving and settling are a client's, processing is a consumer's. The context in
 * which a message was made is the parent and a link of its processing and of its settling. Safe for use by many
 * threads.
 */
public final class OpenTelemetryTracer implements EventTracer {
    private static final String SCOPE = "tasker";

    private final Supplier<TracerProvider> provider;
    private volatile Tracer tracer = TracerProvider.noop().get(SCOPE);

    /** Made by {@link java.util.ServiceLoader}. */
    public OpenTelemetryTracer() {
        this(GlobalOpenTelemetry::getTracerProvider);
    }

    private OpenTelemetryTracer(Supplier<TracerProvider> provider) {
        this.provider = provider;
    }

    /** Record with this provider, without a worker that starts it. */
    static OpenTelemetryTracer with(TracerProvider chosen) {
        OpenTelemetryTracer made = new OpenTelemetryTracer(() -> chosen);
        made.tracer = chosen.get(SCOPE);
        return made;
    }

    @Override
    public String name() {
        return "opentelemetry";
    }

    @Override
    public void start(WorkerContext context) {
        tracer = provider.get().get(SCOPE);
    }

    @Override
    public Optional<TraceContext> current() {
        SpanContext context = io.opentelemetry.api.trace.Span.current().getSpanContext();
        return context.isValid() ? Optional.of(ours(context)) : Optional.empty();
    }

    @Override
    public Span begin(Operation operation) {
        String name = operation.kind().name().toLowerCase(Locale.ROOT);
        SpanBuilder builder = tracer.spanBuilder(name + ' ' + operation.destination())
                .setSpanKind(kind(operation.kind()))
                .setParent(operation
                        .parent()
                        .map(parent -> Context.root().with(io.opentelemetry.api.trace.Span.wrap(theirs(parent))))
                        .orElse(Context.root()))
                .setAttribute("messaging.system", operation.system())
                .setAttribute("messaging.destination.name", operation.destination())
                .setAttribute("messaging.operation.type", name)
                .setAttribute("messaging.operation.name", name);
        if (operation.messages() > 1) {
            builder.setAttribute("messaging.batch.message_count", operation.messages());
        }
        operation.messageId().ifPresent(id -> builder.setAttribute("messaging.message.id", id));
        operation
                .conversationId()
                .ifPresent(id -> builder.setAttribute("messaging.message.conversation_id", id.toString()));
        operation.links().forEach(link -> builder.addLink(theirs(link)));
        operation.begin().ifPresent(builder::setStartTimestamp);
        return new RecordedSpan(builder.startSpan());
    }

    static TraceContext ours(SpanContext context) {
        StringBuilder state = new StringBuilder();
        context.getTraceState()
                .forEach((key, value) -> state.append(state.isEmpty() ? "" : ",")
                        .append(key)
                        .append('=')
                        .append(value));
        return new TraceContext(context.getTraceId(), context.getSpanId(), context.isSampled(), state.toString());
    }

    private static SpanContext theirs(TraceContext context) {
        TraceStateBuilder state = TraceState.builder();
        String[] members = context.traceState().isEmpty()
                ? new String[0]
                : context.traceState().split(",", -1);
        // The builder puts each new member in front.
        for (int i = members.length - 1; i >= 0; i--) {
            int equals = members[i].indexOf('=');
            state.put(members[i].substring(0, equals), members[i].substring(equals + 1));
        }
        return SpanContext.createFromRemoteParent(
                context.traceId(),
                context.spanId(),
                context.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                state.build());
    }

    private static SpanKind kind(Kind kind) {
        return switch (kind) {
            case SEND -> SpanKind.PRODUCER;
            case RECEIVE, SETTLE -> SpanKind.CLIENT;
            case PROCESS -> SpanKind.CONSUMER;
        };
    }
}
