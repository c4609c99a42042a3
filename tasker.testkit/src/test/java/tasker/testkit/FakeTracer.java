package tasker.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;

/** Trace as a tracer should, but for the promise that is broken. */
public final class FakeTracer implements EventTracer {
    private static final AtomicInteger IDS = new AtomicInteger();
    private static final TraceContext SOME = new TraceContext(traceId(), spanId(IDS.incrementAndGet()), true, "");

    private final ThreadLocal<Deque<TraceContext>> active = ThreadLocal.withInitial(ArrayDeque::new);
    private final ThreadLocal<AtomicInteger> ownIds = ThreadLocal.withInitial(AtomicInteger::new);
    private final AtomicInteger begun = new AtomicInteger();
    private final List<String> ended;

    /** Made by the tests. */
    public FakeTracer() {
        this(new CopyOnWriteArrayList<>());
    }

    FakeTracer(List<String> ended) {
        this.ended = ended;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Optional<TraceContext> current() {
        Deque<TraceContext> stack = active.get();
        if (Broken.is("nothingIsCurrentOutsideOfSpans") && begun.get() == 0) {
            return Optional.of(SOME);
        }
        if (Broken.is("anActivatedSpanIsCurrent") && begun.get() == 1) {
            return Optional.empty();
        }
        if (Broken.is("anActivatedSpanIsNotCurrentElsewhere") && begun.get() == 1) {
            return activated;
        }
        return Optional.ofNullable(stack.peek());
    }

    private volatile Optional<TraceContext> activated = Optional.empty();

    @Override
    public Span begin(Operation operation) {
        begun.incrementAndGet();
        FakeSpan span = new FakeSpan(contextOf(operation), Thread.currentThread());
        if (Broken.is("aSpanThatHasBegunIsNotCurrent")) {
            active.get().push(span.context());
        }
        return span;
    }

    private TraceContext contextOf(Operation operation) {
        Optional<TraceContext> parent = operation.parent();
        if (Broken.is("aSpanIsNotItsParent") && operation.kind() == Kind.RECEIVE && parent.isPresent()) {
            return parent.get();
        }
        if (Broken.is("aSpanWithoutAParentHasATraceOfItsOwn") && parent.isEmpty()) {
            parent = current();
        }
        if (Broken.is("aSpanIsPartOfItsParentsTrace")) {
            parent = Optional.empty();
        }
        int id = Broken.is("spansBeginOnManyThreadsAtOnce") ? ownIds.get().incrementAndGet() : IDS.incrementAndGet();
        return new TraceContext(parent.map(TraceContext::traceId).orElseGet(FakeTracer::traceId), spanId(id), true, "");
    }

    private static String traceId() {
        return "%032x".formatted(IDS.incrementAndGet());
    }

    private static String spanId(int id) {
        return "%016x".formatted(id);
    }

    private final class FakeSpan implements Span {
        private final TraceContext context;
        private final Thread beginner;

        FakeSpan(TraceContext context, Thread beginner) {
            this.context = context;
            this.beginner = beginner;
        }

        @Override
        public TraceContext context() {
            return context;
        }

        @Override
        public Scope activate() {
            activated = Optional.of(context);
            active.get().push(context);
            return () -> {
                if (Broken.is("aClosedScopeGivesWayToTheOneBefore")) {
                    active.remove();
                } else {
                    active.get().poll();
                }
            };
        }

        @Override
        public void end(Optional<String> errorType) {
            boolean forgotten = (Broken.is("everySpanEnds") && errorType.isPresent())
                    || (Broken.is("aSpanEndsOnAnotherThread") && Thread.currentThread() != beginner);
            if (!forgotten) {
                ended.add(context.spanId());
            }
        }
    }

    /** Runs the contract. */
    static final class Contract extends EventTracerContract {
        private final List<String> ended = new CopyOnWriteArrayList<>();

        @Override
        protected EventTracer create() {
            return new FakeTracer(ended);
        }

        @Override
        protected List<String> ended() {
            return ended;
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
