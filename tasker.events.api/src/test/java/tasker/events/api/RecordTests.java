package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasker.events.api.DomainEventTests.assertRefused;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepResult.FailureKind;

class RecordTests {
    private static final Map<String, @Nullable Object> NONE = Map.of();

    @Test
    void aComponentThatIsNotHealthySaysWhy() {
        assertThat(component("db", HealthStatus.HEALTHY, Optional.empty(), 0).message())
                .isEmpty();
        assertRefused("message", () -> component("db", HealthStatus.DEGRADED, Optional.empty(), 0));
        assertRefused("name", () -> component("", HealthStatus.HEALTHY, Optional.empty(), 0));
        assertRefused("duration_ms", () -> component("db", HealthStatus.HEALTHY, Optional.empty(), -0.1));
        assertRefused("duration_ms", () -> component("db", HealthStatus.HEALTHY, Optional.empty(), Double.NaN));
        assertRefused(
                "details.k",
                () -> new ComponentHealth(
                        "db",
                        HealthStatus.HEALTHY,
                        Optional.empty(),
                        Instant.now(),
                        0,
                        Payloads.of("k", new Object())));
    }

    @Test
    void aHealthCheckIsNoBetterThanItsComponents() {
        ComponentHealth slow = component("db", HealthStatus.DEGRADED, Optional.of("slow"), 1);

        assertThat(health(HealthStatus.DEGRADED, Map.of("db", slow)).isHealthy())
                .isFalse();
        assertThat(health(HealthStatus.UNHEALTHY, Map.of("db", slow)).isHealthy())
                .isFalse();
        assertThat(health(HealthStatus.HEALTHY, Map.of()).isHealthy()).isTrue();
        assertRefused("status", () -> health(HealthStatus.HEALTHY, Map.of("db", slow)));
        assertRefused("components", () -> health(HealthStatus.DEGRADED, Map.of("other", slow)));
        assertRefused(
                "uptime_seconds",
                () -> new HealthCheck(HealthStatus.HEALTHY, "w", Double.POSITIVE_INFINITY, Map.of(), NONE, NONE));
        assertRefused("worker_id", () -> new HealthCheck(HealthStatus.HEALTHY, " ", 0, Map.of(), NONE, NONE));
        assertRefused(
                "native", () -> new HealthCheck(HealthStatus.HEALTHY, "w", 0, Map.of(), Payloads.missing(), NONE));
        assertRefused("jvm", () -> new HealthCheck(HealthStatus.HEALTHY, "w", 0, Map.of(), NONE, Payloads.missing()));
    }

    @Test
    void componentsAreSortedAndCopied() {
        Map<String, ComponentHealth> components = new HashMap<>();
        for (String name : List.of("c", "a", "b")) {
            components.put(name, component(name, HealthStatus.HEALTHY, Optional.empty(), 1));
        }
        HealthCheck health = health(HealthStatus.HEALTHY, components);
        components.clear();

        assertThat(health.components().keySet()).containsExactly("a", "b", "c");
        assertThatThrownBy(health.components()::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theWorstStatusWins() {
        assertThat(HealthStatus.HEALTHY.worst(HealthStatus.DEGRADED)).isEqualTo(HealthStatus.DEGRADED);
        assertThat(HealthStatus.UNHEALTHY.worst(HealthStatus.DEGRADED)).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void metricsAddUp() {
        assertThat(metrics(3, 2, 1, 0.5, 0).stepsProcessed()).isEqualTo(3);
        assertRefused("steps_processed", () -> metrics(4, 2, 1, 0, 0));
        assertRefused("steps_failed", () -> metrics(1, 2, -1, 0, 0));
        assertRefused("dispatch_channel_saturation", () -> metrics(3, 2, 1, 1.01, 0));
        assertRefused("dispatch_channel_saturation", () -> metrics(3, 2, 1, Double.NaN, 0));
        assertRefused("ffi_errors", () -> metrics(3, 2, 1, 0, -1));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "1a", "a-b", "a.b", "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aNamespaceFitsTheNameOfATable(String namespace) {
        assertRefused("namespace", () -> new WorkerConfig("w", namespace, "test", 1, 1, 1, 1, 1, 1));
    }

    @Test
    void aConfigurationIsWithinItsRanges() {
        assertThat(new WorkerConfig("w", "_a9", "test", 60_000, 1, 100_000, 1, 1 << 20, 1 << 20).namespace())
                .isEqualTo("_a9");
        assertRefused("worker_id", () -> new WorkerConfig("", "a", "test", 1, 1, 1, 1, 1, 1));
        assertRefused("environment", () -> new WorkerConfig("w", "a", "e".repeat(65), 1, 1, 1, 1, 1, 1));
        assertRefused("polling_interval_ms", () -> new WorkerConfig("w", "a", "test", 60_001, 1, 1, 1, 1, 1));
        assertRefused("polling_interval_ms", () -> new WorkerConfig("w", "a", "test", 0, 1, 1, 1, 1, 1));
        assertRefused("starvation_threshold_ms", () -> new WorkerConfig("w", "a", "test", 1, 0, 1, 1, 1, 1));
        assertRefused("max_concurrent_handlers", () -> new WorkerConfig("w", "a", "test", 1, 1, 0, 1, 1, 1));
        assertRefused("handler_timeout_ms", () -> new WorkerConfig("w", "a", "test", 1, 1, 1, 0, 1, 1));
        assertRefused("dispatch_buffer_size", () -> new WorkerConfig("w", "a", "test", 1, 1, 1, 1, 0, 1));
        assertRefused("completion_buffer_size", () -> new WorkerConfig("w", "a", "test", 1, 1, 1, 1, 1, (1 << 20) + 1));
    }

    @Test
    void aSettingNamesItsKey() {
        assertThat(new ConfigSetting("a.b", "", ConfigOrigin.DEFAULT, "")
                        .origin()
                        .text())
                .isEqualTo("default");
        assertRefused("key", () -> new ConfigSetting(" ", "", ConfigOrigin.DEFAULT, ""));
        assertRefused("value", () -> new ConfigSetting("a", Payloads.missing(), ConfigOrigin.DEFAULT, ""));
    }

    @Test
    void aStepIsAskedForWell() {
        StepRequest request = StepRequest.of("charge", Map.of("order", 1));

        assertThat(request.attempt()).isEqualTo(1);
        assertThat(request.correlationId()).contains(request.stepId());
        assertRefused("handler", () -> StepRequest.of("", Map.of()));
        assertRefused("attempt", () -> new StepRequest(request.stepId(), "charge", NONE, 0, Optional.empty()));
        assertRefused("input.k", () -> StepRequest.of("charge", Map.of("k", new Object())));
        assertRefused(
                "execution_time",
                () -> new StepOutcome(request, StepResult.success(Map.of()), Duration.ofNanos(-1), Instant.EPOCH));
    }

    @Test
    void aLongReasonIsCutAndAMissingOneSaid() {
        StepResult.Failure failure = (StepResult.Failure) StepResult.retryableFailure("x".repeat(5_000));

        assertThat(failure.reason()).hasSize(4_096).endsWith("x…");
        assertThat(StepResult.permanentFailure(" "))
                .isEqualTo(new StepResult.Failure(StepResult.FailureKind.PERMANENT, "no reason was given"));
        assertThat(StepResult.retryableFailure(new IllegalStateException().getMessage()))
                .isEqualTo(new StepResult.Failure(StepResult.FailureKind.RETRYABLE, "no reason was given"));
        assertRefused("reason", () -> new StepResult.Failure(StepResult.FailureKind.PERMANENT, " "));
    }

    @Test
    void aReasonThatNoStoreCanKeepIsMadeReadable() {
        String half = "x".repeat(4_094) + "\ud83d\ude00 and more";

        assertThat(((StepResult.Failure) StepResult.permanentFailure("a\u0000b")).reason())
                .isEqualTo("a\ufffdb");
        assertThat(((StepResult.Failure) StepResult.permanentFailure(half)).reason())
                .endsWith("x\ufffd…");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "SUCCESS,           true,  false, false, false",
        "FAILURE,           false, true,  true,  true",
        "RETRYABLE_FAILURE, false, true,  false, true",
        "PERMANENT_FAILURE, false, false, true,  false",
        "ALWAYS,            true,  true,  true,  true",
    })
    void conditionsTellEndingsApart(
            Condition condition, boolean success, boolean retryable, boolean permanent, boolean timeout) {
        assertThat(condition.matches(StepResult.success(Map.of()))).isEqualTo(success);
        assertThat(condition.matches(StepResult.retryableFailure("r"))).isEqualTo(retryable);
        assertThat(condition.matches(StepResult.permanentFailure("r"))).isEqualTo(permanent);
        assertThat(condition.matches(new StepResult.Failure(FailureKind.TIMEOUT, "r")))
                .isEqualTo(timeout);
    }

    @ParameterizedTest
    @EnumSource(DeliveryMode.class)
    void modesAreReadFromTheirNames(DeliveryMode mode) {
        assertThat(DeliveryMode.parse(mode.text())).isEqualTo(mode);
        assertRefused("delivery_mode", () -> DeliveryMode.parse(mode.name()));
    }

    @Test
    void broadcastTakesTheDurablePathFirst() {
        assertThat(DeliveryMode.BROADCAST.paths()).containsExactly(DeliveryPath.DURABLE, DeliveryPath.FAST);
        assertThat(DeliveryMode.DURABLE.paths()).containsExactly(DeliveryPath.DURABLE);
        assertThat(DeliveryMode.FAST.paths()).containsExactly(DeliveryPath.FAST);
    }

    private static ComponentHealth component(
            String name, HealthStatus status, Optional<String> message, double durationMs) {
        return new ComponentHealth(name, status, message, Instant.now(), durationMs, NONE);
    }

    private static HealthCheck health(HealthStatus status, Map<String, ComponentHealth> components) {
        return new HealthCheck(status, "w", 1, components, NONE, NONE);
    }

    private static WorkerMetrics metrics(
            long processed, long succeeded, long failed, double saturation, long ffiErrors) {
        return new WorkerMetrics(
                "w", 1, processed, succeeded, failed, 0, 1, 2, 2, 2, 0, 0, saturation, 0, 0, 0, 0, 0, ffiErrors);
    }
}
