package tasker.nativecore.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.HealthContributor;
import tasker.nativecore.guard.Failures;

/**
 * Ask every contributor at once and wait for each no longer than the time limit.
 *
 * <p>Safe for use by many threads: those that ask at the same time share the answers. A contributor that hangs is
 * degraded from the limit on, costs nobody a further wait, and is not asked again before it has answered.
 */
public final class HealthMonitor {
    private final long timeoutNanos;
    private final long cacheNanos;
    private final Map<String, Component> components = new ConcurrentSkipListMap<>();

    /** Wait this long for an answer, and use it this long. */
    public HealthMonitor(Duration timeout, Duration cache) {
        timeoutNanos = timeout.toNanos();
        cacheNanos = cache.toNanos();
    }

    /** Ask this contributor too, from now on. */
    public void add(String name, HealthContributor contributor) {
        components.put(name, new Component(name, contributor, cacheNanos));
    }

    /** Ask this contributor too, unless one of this name is asked already. */
    public void addIfMissing(String name, HealthContributor contributor) {
        components.computeIfAbsent(name, ignored -> new Component(name, contributor, cacheNanos));
    }

    /** Ask the contributor of this name no more, and interrupt it if it is being asked. */
    public void remove(String name) {
        Component removed = components.remove(name);
        if (removed != null) {
            removed.interrupt();
        }
    }

    /** The health of every component, from answers that are at most as old as the cache allows. */
    public List<ComponentHealth> check() {
        return check(name -> true);
    }

    /** The health of the components whose names are wanted, as {@link #check()} gives it; no other one is asked. */
    public List<ComponentHealth> check(Predicate<String> wanted) {
        Map<String, Check> asked = new LinkedHashMap<>();
        components.forEach((name, component) -> {
            if (wanted.test(name)) {
                asked.put(name, component.ask());
            }
        });
        List<ComponentHealth> answers = new ArrayList<>(asked.size());
        boolean interrupted = false;
        for (Map.Entry<String, Check> entry : asked.entrySet()) {
            try {
                answers.add(await(entry.getKey(), entry.getValue(), interrupted ? 0 : timeoutNanos));
            } catch (InterruptedException e) {
                interrupted = true;
                answers.add(hanging(entry.getKey(), entry.getValue()));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return answers;
    }

    private static ComponentHealth await(String name, Check check, long limitNanos) throws InterruptedException {
        try {
            long left = limitNanos - check.ageNanos();
            return check.answer().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException ignored) {
            return hanging(name, check);
        } catch (ExecutionException e) {
            return new ComponentHealth(
                    name,
                    HealthStatus.UNHEALTHY,
                    Optional.of("the check failed, and how could not be told: "
                            + Failures.root(e).getClass().getName()),
                    Instant.now(),
                    check.ageNanos() / 1e6,
                    Map.of());
        }
    }

    private static ComponentHealth hanging(String name, Check check) {
        double seconds = check.ageNanos() / 1e9;
        return new ComponentHealth(
                name,
                HealthStatus.DEGRADED,
                Optional.of(String.format(Locale.ROOT, "has not answered its health check for %.1f s", seconds)),
                Instant.now(),
                seconds * 1_000,
                Map.of());
    }
}
