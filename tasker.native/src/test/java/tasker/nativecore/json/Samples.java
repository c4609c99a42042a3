package tasker.nativecore.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ComponentHealth;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.ConfigSetting;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.UuidV7;
import tasker.events.api.WorkerConfig;
import tasker.events.api.WorkerMetrics;

/** Make random, valid records of every kind; the same seed gives the same records. */
final class Samples {
    private static final String CHARACTERS = "aZ09 _-\"\\/\n\t\u0001é€ß\u2028𝄞";

    private final SplittableRandom random;

    Samples(long seed) {
        random = new SplittableRandom(seed);
    }

    /** One record of every kind. */
    List<Object> oneOfEach() {
        DomainEvent event = event();
        return List.of(
                event,
                InProcessDomainEvent.of(event),
                component("db", HealthStatus.DEGRADED),
                healthCheck(),
                workerMetrics(),
                workerConfig(),
                new ConfigSetting("worker.namespace", text(), pick(ConfigOrigin.values()), text()),
                stepRequest(),
                new StepEvent("order.created", pick(StepEvent.Condition.values()), pick(DeliveryMode.values())),
                stepOutcome(StepResult.success(object(3))),
                stepOutcome(new StepResult.Failure(pick(StepResult.FailureKind.values()), "r" + text())));
    }

    DomainEvent event() {
        DomainEvent.Builder event = DomainEvent.builder("order.line-" + random.nextInt(100), "source " + text())
                .payload(object(4))
                .timestamp(instant())
                .header("traceparent", text());
        return (random.nextBoolean() ? event.correlationId(uuid()) : event).build();
    }

    HealthCheck healthCheck() {
        Map<String, ComponentHealth> components = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            components.put("part " + i, component("part " + i, pick(HealthStatus.values())));
        }
        return new HealthCheck(
                HealthStatus.UNHEALTHY, "w" + text(), random.nextDouble(1e6), components, object(2), object(3));
    }

    private ComponentHealth component(String name, HealthStatus status) {
        Optional<String> message =
                status == HealthStatus.HEALTHY && random.nextBoolean() ? Optional.empty() : Optional.of(text());
        return new ComponentHealth(name, status, message, instant(), random.nextDouble(1e4), object(2));
    }

    private WorkerMetrics workerMetrics() {
        long succeeded = random.nextLong(1L << 60);
        long failed = random.nextLong(1L << 60);
        return new WorkerMetrics(
                "w-1",
                random.nextDouble(1e9),
                succeeded + failed,
                succeeded,
                failed,
                random.nextLong(100),
                random.nextDouble(),
                random.nextDouble(),
                random.nextDouble(),
                random.nextDouble(),
                random.nextLong(1000),
                random.nextLong(1000),
                random.nextDouble(),
                random.nextDouble(),
                random.nextLong(1L << 62),
                random.nextLong(1L << 62),
                random.nextLong(9),
                random.nextLong(9),
                random.nextLong(9));
    }

    private WorkerConfig workerConfig() {
        return new WorkerConfig(
                "w" + text(),
                "ns_" + random.nextInt(1000),
                "e" + text(),
                1 + random.nextLong(60_000),
                1 + random.nextLong(1L << 40),
                1 + random.nextInt(100_000),
                1 + random.nextLong(1L << 40),
                1 + random.nextInt(1 << 20),
                1 + random.nextInt(1 << 20));
    }

    StepRequest stepRequest() {
        Optional<UUID> correlationId = random.nextBoolean() ? Optional.of(uuid()) : Optional.empty();
        return new StepRequest(uuid(), "handler " + text(), object(4), 1 + random.nextInt(1000), correlationId);
    }

    private StepOutcome stepOutcome(StepResult result) {
        return new StepOutcome(stepRequest(), result, Duration.ofNanos(random.nextLong(1L << 50)), instant());
    }

    Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.put(text() + i, value(depth - 1));
        }
        return object;
    }

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> null;
            case 1 -> text();
            case 2 -> random.nextBoolean();
            case 3 -> random.nextInt();
            case 4 -> (1L << 40) + random.nextInt();
            case 5 -> BigInteger.valueOf(random.nextLong()).pow(5).add(BigInteger.ONE.shiftLeft(100));
            case 6 -> BigDecimal.valueOf(random.nextLong(), random.nextInt(1, 40));
            case 7 -> object(depth);
            default -> list(depth);
        };
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(depth - 1));
        }
        return list;
    }

    private String text() {
        int[] codePoints = CHARACTERS.codePoints().toArray();
        StringBuilder text = new StringBuilder("t");
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
        }
        return text.toString();
    }

    private Instant instant() {
        return Instant.EPOCH.plus(random.nextLong(1L << 52), ChronoUnit.MICROS);
    }

    private UUID uuid() {
        UUID uuid = UuidV7.next();
        return new UUID(uuid.getMostSignificantBits(), random.nextLong() >>> 2 | 1L << 63);
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
