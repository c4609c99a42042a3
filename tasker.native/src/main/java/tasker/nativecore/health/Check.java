package tasker.nativecore.health;

import java.util.concurrent.CompletableFuture;
import tasker.events.api.ComponentHealth;

/**
 * Follow one run of a check.
 *
 * @param answer ends with what was found; exceptionally only when that could not even be told
 * @param startNanos when the contributor was asked, a {@link System#nanoTime}
 */
record Check(CompletableFuture<ComponentHealth> answer, long startNanos) {
    long ageNanos() {
        return Math.max(0, System.nanoTime() - startNanos);
    }
}
