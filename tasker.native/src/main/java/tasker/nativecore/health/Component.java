package tasker.nativecore.health;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/** Ask one contributor, never twice at a time, and not again while its answer is fresh. */
final class Component {
    /** The most characters of a message: whoever asks for the health of a worker reads a sentence of each component. */
    private static final int MAX_MESSAGE = 2_000;

    private final String name;
    private final HealthContributor contributor;
    private final long cacheNanos;
    private @Nullable Check last;
    private @Nullable Thread asking;
    private long answeredNanos;

    Component(String name, HealthContributor contributor, long cacheNanos) {
        this.name = name;
        this.contributor = contributor;
        this.cacheNanos = cacheNanos;
    }

    /** The check that runs or whose answer is fresh; a new one where there is none. */
    synchronized Check ask() {
        Check known = last;
        if (known != null && (asking != null || System.nanoTime() - answeredNanos < cacheNanos)) {
            return known;
        }
        Check check = new Check(new CompletableFuture<>(), System.nanoTime());
        last = check;
        // Not a virtual thread: that would wait behind every handler that computes, and a sound component seem to hang.
        asking = Thread.ofPlatform().daemon().name("tasker-health-" + name).start(() -> run(check));
        return check;
    }

    synchronized void interrupt() {
        if (asking != null) {
            asking.interrupt();
        }
    }

    private void run(Check check) {
        @Nullable ComponentHealth found = null;
        @Nullable Throwable failure = null;
        try {
            found = answer(check);
        } catch (Throwable e) {
            // Even the report of the failure failed, such as when memory runs out: whoever waits must learn that.
            failure = e;
        }
        synchronized (this) {
            asking = null;
            answeredNanos = System.nanoTime();
        }
        if (found == null) {
            check.answer().completeExceptionally(Objects.requireNonNullElseGet(failure, IllegalStateException::new));
        } else {
            check.answer().complete(found);
        }
    }

    private ComponentHealth answer(Check check) {
        try {
            HealthReport report = Foreign.call(contributor, contributor::check);
            if (isNull(report)) {
                return broken(check, contributor.getClass().getName() + " returned null");
            }
            return health(check, report.status(), report.message(), report.details());
        } catch (InterruptedException ignored) {
            // Only removal interrupts a check.
            return health(check, HealthStatus.DEGRADED, Optional.of("is being closed"), Map.of());
        } catch (Throwable e) {
            return broken(check, Failures.describe(e));
        }
    }

    private ComponentHealth broken(Check check, String problem) {
        return health(check, HealthStatus.UNHEALTHY, Optional.of("the check failed: " + problem), Map.of());
    }

    private ComponentHealth health(
            Check check, HealthStatus status, Optional<String> message, Map<String, @Nullable Object> details) {
        // The record refuses what is null, and says so.
        Optional<String> brief = isNull(message) ? message : message.map(text -> Failures.cut(text, MAX_MESSAGE));
        return new ComponentHealth(name, status, brief, Instant.now(), check.ageNanos() / 1e6, details);
    }

    /** The contract forbids it, but contributors are not ours. */
    private static boolean isNull(@Nullable Object value) {
        return value == null;
    }
}
