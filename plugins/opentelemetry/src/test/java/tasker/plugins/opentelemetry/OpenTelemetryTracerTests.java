package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.EventTracer.Kind;
import tasker.events.api.spi.EventTracer.Operation;

/** Record with the real SDK, and look at what it would export. */
class OpenTelemetryTracerTests {
    private static final TraceContext CALLER = new TraceContext("1".repeat(32), "2".repeat(16), true, "a=b,c=d");

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final SdkTracerProvider sdk = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exported))
            .build();
    private final OpenTelemetryTracer tracer = OpenTelemetryTracer.with(sdk);

    @AfterEach
    void close() {
        sdk.close();
    }

    private static Operation operation(Kind kind, int messages, Optional<TraceContext> parent) {
        return new Operation(
                kind,
                "pgmq",
                "orders_domain_events",
                messages,
                messages == 1 ? Optional.of("m-1") : Optional.empty(),
                messages == 1 ? Optional.of(new UUID(1, 2)) : Optional.empty(),
                parent,
                parent.stream().toList(),
                Optional.empty());
    }

    @Test
    void whatIsSentContinuesTheTraceOfTheCallerWithItsState() {
        EventTracer.Span span = tracer.begin(operation(Kind.SEND, 1, Optional.of(CALLER)));
        TraceContext context = span.context();
        span.end(Optional.empty());

        SpanData data = exported.getFinishedSpanItems().getFirst();
        assertThat(data.getName()).isEqualTo("send orders_domain_events");
        assertThat(data.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(data.getParentSpanId()).isEqualTo(CALLER.spanId());
        assertThat(attributes(data))
                .containsOnly(
                        "messaging.system=pgmq",
                        "messaging.destination.name=orders_domain_events",
                        "messaging.operation.type=send",
                        "messaging.operation.name=send",
                        "messaging.message.id=m-1",
                        "messaging.message.conversation_id=" + new UUID(1, 2));
        assertThat(data.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(context).isEqualTo(new TraceContext(CALLER.traceId(), data.getSpanId(), true, CALLER.traceState()));
    }

    @Test
    void processingIsAConsumersSpanWithALinkAndTellsWhyItFailed() {
        EventTracer.Span span = tracer.begin(operation(Kind.PROCESS, 1, Optional.of(CALLER)));
        span.end(Optional.of("permanent"));

        SpanData data = exported.getFinishedSpanItems().getFirst();
        assertThat(data.getName()).isEqualTo("process orders_domain_events");
        assertThat(data.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(data.getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(CALLER.spanId()));
        assertThat(attributes(data)).contains("error.type=permanent");
        assertThat(data.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void aReadOfSeveralIsAClientsSpanOfItsOwnTraceFromWhenItBegan() {
        Instant began = Instant.parse("2026-01-31T12:00:00Z");
        Operation several = operation(Kind.RECEIVE, 3, Optional.empty());
        tracer.begin(new Operation(
                        several.kind(),
                        several.system(),
                        several.destination(),
                        3,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(CALLER),
                        Optional.of(began)))
                .end(Optional.empty());

        SpanData data = exported.getFinishedSpanItems().getFirst();
        assertThat(data.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(data.getParentSpanContext().isValid()).isFalse();
        assertThat(data.getLinks()).hasSize(1);
        assertThat(attributes(data)).contains("messaging.batch.message_count=3");
        assertThat(data.getStartEpochNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(began.getEpochSecond()));
    }

    @Test
    void anActiveSpanIsTheCurrentOneAndNoLongerAfterwards() {
        EventTracer.Span span = tracer.begin(operation(Kind.PROCESS, 1, Optional.empty()));
        assertThat(tracer.current()).isEmpty();
        try (EventTracer.Scope scope = span.activate()) {
            assertThat(scope).isNotNull();
            assertThat(tracer.current()).contains(span.context());
        }
        assertThat(tracer.current()).isEmpty();
        span.end(Optional.empty());
    }

    private static List<String> attributes(SpanData data) {
        Function<AttributeKey<?>, String> name = AttributeKey::getKey;
        return data.getAttributes().asMap().entrySet().stream()
                .map(entry -> name.apply(entry.getKey()) + '=' + entry.getValue())
                .collect(Collectors.toList());
    }
}
