package tasker.nativecore.tracing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import tasker.events.api.TaskerException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;
import tasker.nativecore.guard.Foreign;

/** Follow one piece of work in its trace, from its begin to its end; for use by one thread at a time. */
public final class Work {
    /** Work that belongs to no trace. */
    static final Work NONE = new Work(Optional.empty(), null, null);

    private final Optional<TraceContext> context;
    private final EventTracer.@Nullable Span span;
    private final @Nullable Tracing tracing;

    Work(Optional<TraceContext> context, EventTracer.@Nullable Span span, @Nullable Tracing tracing) {
        this.context = context;
        this.span = span;
        this.tracing = tracing;
    }

    /** The context that the work is done in. */
    public Optional<TraceContext> context() {
        return context;
    }

    /** Do the work, with its context as the current one and its ids in the log; it does not end by that. */
    public <T extends @Nullable Object, E extends Exception> T call(Foreign.Call<T, E> work) throws E {
        if (context.isEmpty()) {
            return work.call();
        }
        TraceContext current = context.get();
        MDC.put("trace_id", current.traceId());
        MDC.put("span_id", current.spanId());
        EventTracer.@Nullable Scope scope = span == null || tracing == null ? null : tracing.guarded(span::activate);
        try {
            return current.<T, E>call(work::call);
        } finally {
            if (scope != null && tracing != null) {
                close(scope, tracing);
            }
            MDC.remove("trace_id");
            MDC.remove("span_id");
        }
    }

    /** End the work, which has thrown this, or has succeeded. */
    public void end(@Nullable Throwable thrown) {
        fail(thrown == null ? Optional.empty() : Optional.of(type(thrown)));
    }

    /** End the work for this reason; empty when it has succeeded. */
    public void fail(Optional<String> errorType) {
        EventTracer.@Nullable Span ended = span;
        if (ended != null && tracing != null) {
            tracing.guarded(() -> {
                ended.end(errorType);
                return Boolean.TRUE;
            });
        }
    }

    private static void close(EventTracer.Scope scope, Tracing tracing) {
        tracing.guarded(() -> {
            scope.close();
            return Boolean.TRUE;
        });
    }

    private static String type(Throwable thrown) {
        return thrown instanceof TaskerException coded
                ? coded.code()
                : thrown.getClass().getName();
    }
}
