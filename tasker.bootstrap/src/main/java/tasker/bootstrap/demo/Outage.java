package tasker.bootstrap.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;

/**
 * Notice that the work cannot go on: a component stays unhealthy, or nothing moves any more; for use by one thread.
 *
 * <p>A short outage, such as a database that restarts, is waited out.
 */
final class Outage implements Supplier<Optional<String>> {
    /** How long a component may be unhealthy. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long nothing may move: longer than any handler may run by default. */
    static final Duration STANDSTILL = Duration.ofSeconds(45);

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<HealthCheck> health;
    private final LongSupplier progress;
    private final LongSupplier clock;
    private final Consumer<String> notes;
    private boolean worried;
    private long lookedAt;
    private long lastProgress;
    private long movedAt;
    private long wellAt;

    /**
     * Watch.
     *
     * @param health asks the worker
     * @param progress grows as long as the work goes on
     * @param clock as {@link System#nanoTime()}
     * @param notes is told when a component turns unhealthy, and when all are well again
     */
    Outage(Supplier<HealthCheck> health, LongSupplier progress, LongSupplier clock, Consumer<String> notes) {
        this.health = health;
        this.progress = progress;
        this.clock = clock;
        this.notes = notes;
        long now = clock.getAsLong();
        lookedAt = now;
        movedAt = now;
        wellAt = now;
        lastProgress = progress.getAsLong();
    }

    @Override
    public Optional<String> get() {
        long now = clock.getAsLong();
        long current = progress.getAsLong();
        if (current != lastProgress) {
            lastProgress = current;
            movedAt = now;
        }
        if (now - movedAt >= STANDSTILL.toNanos()) {
            return Optional.of("nothing has moved for " + STANDSTILL.toSeconds() + " s");
        }
        if (now - lookedAt < LOOK_NANOS) {
            return Optional.empty();
        }
        lookedAt = now;
        Optional<ComponentHealth> ill = health.get().components().values().stream()
                .filter(component -> component.status() == HealthStatus.UNHEALTHY)
                .findFirst();
        if (ill.isEmpty()) {
            wellAt = now;
        }
        tell(ill);
        return ill.filter(ignored -> now - wellAt >= PATIENCE.toNanos())
                .map(component -> component.name() + " has been unhealthy for " + PATIENCE.toSeconds() + " s: "
                        + reason(component));
    }

    private void tell(Optional<ComponentHealth> ill) {
        if (ill.isPresent() != worried) {
            worried = ill.isPresent();
            notes.accept(ill.map(component -> component.name() + " is unhealthy (" + reason(component)
                            + "); waiting for it up to " + PATIENCE.toSeconds() + " s")
                    .orElse("everything is healthy again"));
        }
    }

    /** A message may go on with the end of a log; its first line says what it is about. */
    private static String reason(ComponentHealth component) {
        return component.message().flatMap(text -> text.lines().findFirst()).orElse("no reason given");
    }
}
