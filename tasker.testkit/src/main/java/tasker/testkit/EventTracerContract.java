package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import tasker.events.api.TraceContext;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.EventTracer.Kind;
import tasker.events.api.spi.EventTracer.Operation;
import tasker.events.api.spi.EventTracer.Scope;
import tasker.events.api.spi.EventTracer.Span;

/**
 * Test what {@link EventTracer} promises, with a tracer that records.
 *
 * <p>Not tested: that it is quick, and what a library is told of a span, which {@link #ended} is there for. That the
 * first of several tracers is used, and what becomes of an exception, is the worker's to keep.
 */
public abstract class EventTracerContract extends WorkerServiceContract<EventTracer> {
    private static final TraceContext PARENT =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "vendor=1");

    /** For subclasses. */
    protected EventTracerContract() {}

    /** The ids of the spans that the tracers of this test have ended, in the order of their ends. */
    protected abstract List<String> ended();

    /** {@link EventTracer#current}: empty where the library has none. */
    @Test
    public void nothingIsCurrentOutsideOfSpans() throws Exception {
        assertThat(start().current()).isEmpty();
    }

    /** {@link EventTracer#begin}: a span that has begun is not the current one before it is activated. */
    @Test
    public void aSpanThatHasBegunIsNotCurrent() throws Exception {
        EventTracer tracer = start();
        Span span = tracer.begin(operation(Kind.SEND, Optional.empty()));

        assertThat(tracer.current()).isEmpty();
        span.end(Optional.empty());
    }

    /** {@link Span#activate}: the library's current one on the calling thread. */
    @Test
    public void anActivatedSpanIsCurrent() throws Exception {
        EventTracer tracer = start();
        Span span = tracer.begin(operation(Kind.PROCESS, Optional.empty()));

        try (Scope scope = span.activate()) {
            assertThat(scope).isNotNull();
            assertThat(tracer.current().map(TraceContext::spanId))
                    .contains(span.context().spanId());
        }
        span.end(Optional.empty());
    }

    /** {@link Span#activate}: on the calling thread, and on no other. */
    @Test
    public void anActivatedSpanIsNotCurrentElsewhere() throws Exception {
        EventTracer tracer = start();
        Span span = tracer.begin(operation(Kind.PROCESS, Optional.empty()));

        try (Scope scope = span.activate()) {
            assertThat(scope).isNotNull();
            assertThat(waiting().call("another thread has looked", tracer::current))
                    .isEmpty();
        }
        span.end(Optional.empty());
    }

    /** {@link Span#activate}: until the scope is closed; what was current before is so again. */
    @Test
    public void aClosedScopeGivesWayToTheOneBefore() throws Exception {
        EventTracer tracer = start();
        Span outer = tracer.begin(operation(Kind.PROCESS, Optional.empty()));
        Span inner = tracer.begin(operation(Kind.SEND, Optional.of(outer.context())));

        try (Scope around = outer.activate()) {
            assertThat(around).isNotNull();
            inner.activate().close();
            assertThat(tracer.current().map(TraceContext::spanId))
                    .contains(outer.context().spanId());
        }
        inner.end(Optional.empty());
        outer.end(Optional.empty());
    }

    /** {@link Operation#parent}: what the span is part of. */
    @Test
    public void aSpanIsPartOfItsParentsTrace() throws Exception {
        for (Kind kind : Kind.values()) {
            Span span = start().begin(operation(kind, Optional.of(PARENT)));

            assertThat(span.context().traceId()).as("of %s", kind).isEqualTo(PARENT.traceId());
            span.end(Optional.empty());
        }
    }

    /** {@link Span#context}: the context of the span, which is not that of its parent. */
    @Test
    public void aSpanIsNotItsParent() throws Exception {
        Span span = start().begin(operation(Kind.RECEIVE, Optional.of(PARENT)));

        assertThat(span.context().spanId()).isNotEqualTo(PARENT.spanId());
        span.end(Optional.empty());
    }

    /** {@link Operation#parent}: empty for a trace of its own, whatever is current. */
    @Test
    public void aSpanWithoutAParentHasATraceOfItsOwn() throws Exception {
        EventTracer tracer = start();
        Span current = tracer.begin(operation(Kind.PROCESS, Optional.empty()));

        try (Scope scope = current.activate()) {
            assertThat(scope).isNotNull();
            Span span = tracer.begin(operation(Kind.RECEIVE, Optional.empty()));
            assertThat(span.context().traceId()).isNotEqualTo(current.context().traceId());
            span.end(Optional.empty());
        }
        current.end(Optional.empty());
    }

    /** {@link Span#end}: ends the span, whether or not the work succeeded. */
    @Test
    public void everySpanEnds() throws Exception {
        EventTracer tracer = start();
        Span good = tracer.begin(operation(Kind.SETTLE, Optional.of(PARENT)));
        Span bad = tracer.begin(operation(Kind.SETTLE, Optional.of(PARENT)));
        good.end(Optional.empty());
        bad.end(Optional.of("TASKER-S101"));

        assertThat(ended()).endsWith(good.context().spanId(), bad.context().spanId());
    }

    /** {@link EventTracer#begin}: ended on the same or on another thread. */
    @Test
    public void aSpanEndsOnAnotherThread() throws Exception {
        Span span = start().begin(operation(Kind.SEND, Optional.of(PARENT)));
        waiting().run("another thread has ended it", () -> span.end(Optional.empty()));

        assertThat(ended()).contains(span.context().spanId());
    }

    /** {@link EventTracer}: called from many threads at once. */
    @Test
    public void spansBeginOnManyThreadsAtOnce() throws Exception {
        EventTracer tracer = start();
        Set<String> ids = ConcurrentHashMap.newKeySet();

        waiting().sideBySide("all spans are begun", 4, () -> {
            for (int i = 0; i < 100; i++) {
                Span span = tracer.begin(operation(Kind.SEND, Optional.of(PARENT)));
                ids.add(span.context().spanId());
                span.end(Optional.empty());
            }
        });
        assertThat(ids).hasSize(400);
    }

    private static Operation operation(Kind kind, Optional<TraceContext> parent) {
        return new Operation(
                kind,
                "pgmq",
                "test_domain_events",
                1,
                Optional.of(UuidV7.next().toString()),
                Optional.of(UuidV7.next()),
                parent,
                List.of(PARENT),
                Optional.of(Instant.now()));
    }
}
