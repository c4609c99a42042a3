package tasker.plugins.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Optional;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;

/**
 * Hold a span of OpenTelemetry.
 *
 * @param span the span
 */
record RecordedSpan(Span span) implements EventTracer.Span {
    @Override
    public TraceContext context() {
        return OpenTelemetryTracer.ours(span.getSpanContext());
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // whoever has activated the span closes it
    public EventTracer.Scope activate() {
        return span.makeCurrent()::close;
    }

    @Override
    public void end(Optional<String> errorType) {
        errorType.ifPresent(type -> {
            span.setAttribute("error.type", type);
            span.setStatus(StatusCode.ERROR);
        });
        span.end();
    }
}
