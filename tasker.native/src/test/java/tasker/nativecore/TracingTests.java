package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** How trace contexts travel through a worker, and what a tracer is told. */
class TracingTests {
    private static final TraceContext CALLER = new TraceContext("1".repeat(32), "2".repeat(16), true, "a=b");
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();
    private final TestTransports.Durable durable = new TestTransports.Durable("durable-test");
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private WorkerSystem start(TestHandler handler, EventTracer... tracers) {
        WorkerSystemBuilder builder = steps.builder(handler).service(durable);
        for (EventTracer tracer : tracers) {
            builder.service(tracer);
        }
        WorkerSystem worker = builder.build();
        worker.start();
        return worker;
    }

    private TestHandler handler() {
        return TestHandler.named("look", step -> {
                    seen.add(step.trace().map(TraceContext::traceparent).orElse("none"));
                    seen.add(TraceContext.current()
                            .map(TraceContext::traceparent)
                            .orElse("none"));
                    seen.add(String.valueOf(MDC.get("trace_id")));
                    seen.add(step.event("a.b")
                            .build()
                            .trace()
                            .map(TraceContext::traceparent)
                            .orElse("none"));
                    return DONE;
                })
                .event("order.done", StepEvent.Condition.SUCCESS, DeliveryMode.DURABLE);
    }

    private DomainEvent published() {
        Await.until("it is published", () -> !durable.publisher().published().isEmpty());
        return durable.publisher().published().getFirst();
    }

    @Test
    void theContextOfTheCallerGoesIntoTheEventUnlessItHasOne() {
        TraceContext own = new TraceContext("3".repeat(32), "4".repeat(16), false, "");
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "tests");
        try (WorkerSystem worker = start(handler())) {
            worker.publish(event, DeliveryMode.DURABLE);
            CALLER.run(() -> {
                worker.publish(event, DeliveryMode.DURABLE);
                worker.publish(event.withTrace(own), DeliveryMode.DURABLE);
                worker.publishAll(List.of(event), DeliveryMode.DURABLE);
                worker.publishAsync(event, DeliveryMode.DURABLE).join();
            });
        }

        assertThat(durable.publisher().published())
                .extracting(DomainEvent::headers)
                .containsExactly(Map.of(), CALLER.headers(), own.headers(), CALLER.headers(), CALLER.headers());
    }

    @Test
    void aStepPassesItsContextToItsHandlerAndToItsEvents() throws Exception {
        try (WorkerSystem worker = start(handler())) {
            StepRequest step = StepRequest.of("look", Map.of()).withTrace(Optional.of(CALLER));
            assertThat(worker.submit(step).join().request().trace()).contains(CALLER);

            String parent = CALLER.traceparent();
            assertThat(seen).containsExactly(parent, parent, CALLER.traceId(), parent);
            assertThat(published().trace()).contains(CALLER);
        }
    }

    @Test
    void aStepTakesTheContextInWhichItIsSubmittedAndNoneWithoutOne() throws Exception {
        try (WorkerSystem worker = start(handler())) {
            worker.submit(StepRequest.of("look", Map.of())).join();
            assertThat(seen).containsExactly("none", "none", "null", "none");
            seen.clear();

            CALLER.call(() -> worker.submit(StepRequest.of("look", Map.of()))).join();
            assertThat(seen).startsWith(CALLER.traceparent());
        }
    }

    @Test
    void aTracerIsToldWhatIsSentAndProcessedAndItsSpansAreTheParentsOfTheNext() throws Exception {
        TestTracer tracer = new TestTracer();
        try (WorkerSystem worker = start(handler(), tracer)) {
            StepRequest step = StepRequest.of("look", Map.of()).withTrace(Optional.of(CALLER));
            worker.submit(step).join();
            DomainEvent event = published();
            Await.until("all spans have ended", () -> tracer.ended.size() == 3);

            EventTracer.Operation submit = tracer.begun.getFirst();
            assertThat(submit.kind()).isEqualTo(EventTracer.Kind.SEND);
            assertThat(submit.system()).isEqualTo("tasker");
            assertThat(submit.destination()).isEqualTo("look");
            assertThat(submit.messageId()).contains(step.stepId().toString());
            assertThat(submit.parent()).contains(CALLER);

            EventTracer.Operation process = tracer.begun.get(1);
            assertThat(process.kind()).isEqualTo(EventTracer.Kind.PROCESS);
            assertThat(process.destination()).isEqualTo("look");
            assertThat(process.messageId()).contains(step.stepId().toString());
            assertThat(process.parent()).contains(TestTracer.context(0));
            assertThat(process.links()).containsExactly(TestTracer.context(0));
            assertThat(seen.getFirst()).isEqualTo(TestTracer.context(1).traceparent());

            EventTracer.Operation send = tracer.begun.getLast();
            assertThat(send.kind()).isEqualTo(EventTracer.Kind.SEND);
            assertThat(send.system()).isEqualTo("durable-test");
            assertThat(send.messageId()).contains(event.eventId().toString());
            assertThat(send.parent()).contains(TestTracer.context(1));
            assertThat(event.trace()).contains(TestTracer.context(2));
            assertThat(tracer.ended).containsOnly("ok");
        }
    }

    @Test
    void aFailureIsToldWithItsKind() throws Exception {
        TestTracer tracer = new TestTracer();
        TestHandler failing = TestHandler.named("look", step -> StepResult.permanentFailure("no"));
        try (WorkerSystem worker = start(failing, tracer)) {
            worker.submit(StepRequest.of("look", Map.of())).join();
        }

        // The step may end before the call that has submitted it.
        assertThat(tracer.ended).containsExactlyInAnyOrder("ok", "permanent");
    }

    @Test
    void aStepThatIsNotTakenIsToldWithItsCode() {
        TestTracer tracer = new TestTracer();
        try (WorkerSystem worker = start(handler(), tracer)) {
            assertThatThrownBy(() -> worker.submit(StepRequest.of("unknown", Map.of())))
                    .isInstanceOf(TaskerException.class);
        }

        assertThat(tracer.ended).containsExactly("TASKER-S102");
    }

    @Test
    void theStepOfAQueueIsSettledInTheContextThatItCameWith() {
        TestTracer tracer = new TestTracer();
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(1));
        queue.add(StepRequest.of("look", Map.of()).withTrace(Optional.of(CALLER)), StepLimits.once());
        try (WorkerSystem worker = steps.builder(handler())
                .service(durable)
                .service(queue)
                .service(tracer)
                .build()) {
            worker.start();
            Await.until("both spans have ended", () -> tracer.ended.size() == 2);
        }

        assertThat(tracer.begun)
                .extracting(EventTracer.Operation::kind)
                .containsExactly(EventTracer.Kind.PROCESS, EventTracer.Kind.SETTLE);
        EventTracer.Operation settle = tracer.begun.getLast();
        assertThat(settle.system()).isEqualTo(queue.name());
        assertThat(settle.parent()).contains(CALLER);
        assertThat(tracer.ended).containsOnly("ok");
    }

    @Test
    void aTracerThatThrowsChangesNothing() throws Exception {
        TestTracer tracer = new TestTracer();
        tracer.broken = true;
        try (WorkerSystem worker = start(handler(), tracer)) {
            StepRequest step = StepRequest.of("look", Map.of()).withTrace(Optional.of(CALLER));
            assertThat(worker.submit(step).join().result()).isEqualTo(DONE);
            assertThat(published().trace()).contains(CALLER);
            assertThat(seen).startsWith(CALLER.traceparent());
        }
    }

    /** Keep what it is told, and give each span a context that tells its number. */
    private static final class TestTracer implements EventTracer {
        final List<Operation> begun = new CopyOnWriteArrayList<>();
        final List<String> ended = new CopyOnWriteArrayList<>();
        private final AtomicInteger spans = new AtomicInteger();
        volatile boolean broken;

        static TraceContext context(int span) {
            return new TraceContext(CALLER.traceId(), "%016x".formatted(0xabc0 + span), true, "");
        }

        @Override
        public String name() {
            return "test-tracer";
        }

        @Override
        public Optional<TraceContext> current() {
            if (broken) {
                throw new IllegalStateException("tracer fails");
            }
            return Optional.empty();
        }

        @Override
        public Span begin(Operation operation) {
            if (broken) {
                throw new AssertionError("tracer fails");
            }
            begun.add(operation);
            TraceContext own = context(spans.getAndIncrement());
            return new Span() {
                @Override
                public TraceContext context() {
                    return own;
                }

                @Override
                public Scope activate() {
                    return () -> {};
                }

                @Override
                public void end(Optional<String> errorType) {
                    ended.add(errorType.orElse("ok"));
                }
            };
        }
    }
}
