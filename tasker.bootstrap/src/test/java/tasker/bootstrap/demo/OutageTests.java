package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;

class OutageTests {
    private final AtomicLong clock = new AtomicLong(1_000);
    private final AtomicLong progress = new AtomicLong();
    private final List<String> notes = new ArrayList<>();
    private HealthStatus status = HealthStatus.HEALTHY;
    private final Outage outage = new Outage(this::health, progress::get, clock::get, notes::add);

    @Test
    void aShortOutageIsWaitedOutAndTold() {
        status = HealthStatus.UNHEALTHY;
        assertThat(after(Duration.ofSeconds(5))).isEmpty();
        status = HealthStatus.HEALTHY;
        assertThat(after(Duration.ofSeconds(2))).isEmpty();
        status = HealthStatus.UNHEALTHY;
        assertThat(after(Duration.ofSeconds(9))).isEmpty();

        assertThat(notes).hasSize(3);
        assertThat(notes.get(0)).contains("pgmq is unhealthy (connection refused)");
        assertThat(notes.get(1)).contains("healthy again");
    }

    @Test
    void aLongOutageIsHopelessAndSaysWhyInOneLine() {
        status = HealthStatus.UNHEALTHY;
        after(Duration.ofSeconds(9));

        assertThat(after(Duration.ofSeconds(2))).contains("pgmq has been unhealthy for 10 s: connection refused");
    }

    @Test
    void degradedWorkGoesOn() {
        status = HealthStatus.DEGRADED;

        assertThat(after(Duration.ofSeconds(40))).isEmpty();
    }

    @Test
    void aStandstillIsHopeless() {
        assertThat(after(Duration.ofSeconds(44))).isEmpty();
        assertThat(after(Duration.ofSeconds(2))).contains("nothing has moved for 45 s");
    }

    /** Let time pass, with something moving each second unless nothing is to move. */
    private Optional<String> after(Duration time) {
        Optional<String> last = Optional.empty();
        for (int second = 0; second < time.toSeconds() && last.isEmpty(); second++) {
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            last = outage.get();
        }
        return last;
    }

    private HealthCheck health() {
        Optional<String> message =
                status == HealthStatus.HEALTHY ? Optional.empty() : Optional.of("connection refused\nmore of a log");
        ComponentHealth pgmq = new ComponentHealth("pgmq", status, message, Instant.now(), 1, Map.of());
        return new HealthCheck(status, "w", 1, Map.of("pgmq", pgmq), Map.of(), Map.of());
    }
}
