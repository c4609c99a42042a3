package tasker.nativecore.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.ComponentHealth;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.WorkerConfig;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.QueueStatus;

class JsonTests {
    private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.000250Z");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyRecordSurvivesARoundTrip(long seed) {
        for (Object sample : new Samples(seed).oneOfEach()) {
            Class<?> type = sample.getClass();
            assertThat((Object) Json.read(Json.text(sample), type)).isEqualTo(sample);
            assertThat((Object) Json.read(Json.pretty(sample), type)).isEqualTo(sample);
            assertThat((Object) Json.read(new String(Json.bytes(sample), UTF_8), type))
                    .isEqualTo(sample);
        }
    }

    @Test
    void anEventHasTheAgreedNames() {
        DomainEvent event = DomainEvent.builder("order.created", "orders")
                .eventId(ID)
                .timestamp(TIME)
                .payload(Map.of("total", new BigDecimal("12.50")))
                .correlationId(ID)
                .header("traceparent", "00-1")
                .build();

        assertThat(Json.text(event))
                .isEqualTo("{'event_id':'01890a5d-ac96-774b-bcce-b302099a8057','event_type':'order.created',"
                                .replace('\'', '"')
                        + "'payload':{'total':12.50},'correlation_id':'01890a5d-ac96-774b-bcce-b302099a8057',"
                                .replace('\'', '"')
                        + "'timestamp':'2026-01-31T12:00:00.000250Z','source':'orders','headers':{'traceparent':'00-1'}}"
                                .replace('\'', '"'));
        assertThat(Json.object(Json.text(InProcessDomainEvent.of(event))).keySet())
                .containsExactly("event_id", "event_type", "payload", "correlation_id", "timestamp", "source");
    }

    @Test
    void anEmptyOptionalIsLeftOutButANullInAPayloadStays() {
        Map<String, @Nullable Object> payload = Json.object("{\"note\":null}");
        String json = Json.text(DomainEvent.of("order.created", payload, "orders"));

        assertThat(json).contains("\"payload\":{\"note\":null}").doesNotContain("correlation_id");
        assertThat(Json.read(json, DomainEvent.class).payload()).containsEntry("note", null);
    }

    @Test
    void aHealthCheckHasTheAgreedNames() {
        ComponentHealth database =
                new ComponentHealth("db", HealthStatus.HEALTHY, Optional.empty(), TIME, 1.5, Map.of("pool", 2));
        HealthCheck health = new HealthCheck(
                HealthStatus.DEGRADED, "w-1", 2.5, Map.of("db", database), Map.of("steps", 1), Map.of("heap", 3));

        assertThat(Json.text(health))
                .isEqualTo(
                        ("{'status':'degraded','worker_id':'w-1','uptime_seconds':2.5,'components':{'db':{'name':'db',"
                                        + "'status':'healthy','last_check':'2026-01-31T12:00:00.000250Z','duration_ms':1.5,"
                                        + "'details':{'pool':2}}},'native':{'steps':1},'jvm':{'heap':3}}")
                                .replace('\'', '"'));
    }

    @Test
    void metricsAndConfigurationHaveTheAgreedNames() {
        WorkerMetrics metrics = new WorkerMetrics("w-1", 1, 3, 2, 1, 0, 1, 2, 2, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0);
        WorkerConfig config = new WorkerConfig("w-1", "default", "test", 50, 1000, 64, 30_000, 1000, 1000);

        assertThat(Json.object(Json.text(metrics)).keySet())
                .containsExactly(
                        "worker_id",
                        "uptime_seconds",
                        "steps_processed",
                        "steps_succeeded",
                        "steps_failed",
                        "steps_in_progress",
                        "avg_execution_time_ms",
                        "max_execution_time_ms",
                        "p95_execution_time_ms",
                        "p99_execution_time_ms",
                        "dispatch_channel_pending",
                        "completion_channel_pending",
                        "dispatch_channel_saturation",
                        "completion_channel_saturation",
                        "domain_events_published",
                        "domain_events_dropped",
                        "handler_errors",
                        "timeout_errors",
                        "ffi_errors");
        assertThat(Json.object(Json.text(config)).keySet())
                .containsExactly(
                        "worker_id",
                        "namespace",
                        "environment",
                        "polling_interval_ms",
                        "starvation_threshold_ms",
                        "max_concurrent_handlers",
                        "handler_timeout_ms",
                        "dispatch_buffer_size",
                        "completion_buffer_size");
    }

    @ParameterizedTest
    @EnumSource(WorkerState.class)
    void statesAreLowerCase(WorkerState state) {
        assertThat(Json.text(state)).isEqualTo('"' + state.text() + '"');
        assertThat(Json.read(Json.text(state), WorkerState.class)).isEqualTo(state);
    }

    @Test
    void everyOtherConstantIsLowerCaseToo() {
        Stream<Object> constants = Stream.of(
                        DeliveryMode.values(),
                        HealthStatus.values(),
                        ConfigOrigin.values(),
                        StepEvent.Condition.values(),
                        StepResult.FailureKind.values())
                .flatMap(Arrays::stream);

        assertThat(constants.map(Json::text)).allMatch(json -> json.matches("\"[a-z_]+\""));
    }

    @Test
    void aStepsEndingsAreToldApartByTheirStatus() {
        StepRequest request = new StepRequest(ID, "charge", Map.of(), 1, Optional.empty());
        StepOutcome outcome = new StepOutcome(
                request, StepResult.permanentFailure("no card"), Duration.ofMillis(1_500), Instant.EPOCH);

        assertThat(Json.text(outcome))
                .contains("\"result\":{\"status\":\"failure\",\"kind\":\"permanent\",\"reason\":\"no card\"}")
                .contains("\"execution_time\":\"PT1.5S\"")
                .contains("\"ended_at\":\"1970-01-01T00:00:00Z\"");
    }

    @Test
    void aPasswordIsNeverWritten() {
        DatabaseSettings settings =
                new DatabaseSettings("jdbc:postgresql://db/orders", Optional.of("app"), Optional.of("hunter2"));

        assertThat(Json.text(settings)).contains("app").doesNotContain("hunter2");
    }

    @Test
    void recordsOfTheServicesCanBeShown() {
        QueueStatus status = new QueueStatus("q", 3, 2, Optional.of(Duration.ofSeconds(5)), 9);

        assertThat(Json.text(status))
                .isEqualTo("{\"name\":\"q\",\"length\":3,\"visible_length\":2,\"oldest_age\":\"PT5S\","
                        + "\"total_messages\":9}");
    }

    @Test
    void prettyTextIsIndentedByTwoSpaces() {
        assertThat(Json.pretty(Map.of("a", List.of(1, Map.of("b", Map.of())))))
                .isEqualTo("{\n  \"a\": [\n    1,\n    {\n      \"b\": {}\n    }\n  ]\n}");
    }

    @Test
    void numbersLoseNothing() {
        Map<String, @Nullable Object> numbers = Json.object(
                "{\"int\":7,\"long\":5000000000,\"big\":123456789012345678901234567890,\"exact\":0.1000000000000000055,"
                        + "\"scale\":1.10}");

        assertThat(numbers)
                .containsEntry("int", 7)
                .containsEntry("long", 5_000_000_000L)
                .containsEntry("big", new BigInteger("123456789012345678901234567890"))
                .containsEntry("exact", new BigDecimal("0.1000000000000000055"))
                .containsEntry("scale", new BigDecimal("1.10"));
    }

    @Test
    void whatEventsMayHoldCanBeReadAgain() {
        BigInteger digits = new BigInteger("-" + "9".repeat(1_000));
        Object deepest = List.of(digits, new BigDecimal(digits, 1_000), new BigDecimal(digits, -1_000));
        for (int depth = 3; depth <= DomainEvent.MAX_PAYLOAD_DEPTH; depth++) {
            deepest = Map.of("a", deepest);
        }
        StepRequest request = StepRequest.of(
                "h", Map.of("deep", deepest, "k".repeat(100_000), "v".repeat(DomainEvent.MAX_PAYLOAD_BYTES / 2)));
        StepOutcome outcome = new StepOutcome(request, StepResult.success(Map.of()), Duration.ZERO, Instant.EPOCH);

        boolean same = Json.read(Json.text(outcome), StepOutcome.class).equals(outcome);
        assertThat(same).isTrue();
    }

    @Test
    void aKindThatJsonDoesNotKnowIsRefused() {
        assertThatThrownBy(() -> Json.text(Map.of("a", Map.of("b", new Object()))))
                .isInstanceOf(tasker.events.api.InvalidValueException.class)
                .hasMessageContaining("'a.b' cannot be written");
    }
}
