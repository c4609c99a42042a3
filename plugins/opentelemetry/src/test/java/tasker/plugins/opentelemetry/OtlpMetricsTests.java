package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.HealthReport;

/** What an export may end in. */
@Timeout(60)
class OtlpMetricsTests {
    @Test
    void anErrorShowsInHealthAndTheNextExportIsMade() throws Exception {
        OtlpMetrics metrics = new OtlpMetrics();
        BlockingQueue<HealthReport> seen = new LinkedBlockingQueue<>();
        AtomicInteger exports = new AtomicInteger();
        Thread thread = Thread.ofPlatform()
                .daemon()
                .start(() -> metrics.run(
                        () -> {
                            seen.add(metrics.check());
                            if (exports.getAndIncrement() == 0) {
                                throw new OutOfMemoryError("no room for the request");
                            }
                            return HealthReport.healthy(Map.of("exporting", true));
                        },
                        Duration.ofMillis(1)));

        seen.take();
        HealthReport after = seen.take();
        metrics.close();
        thread.join();

        assertThat(after.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(after.message())
                .hasValueSatisfying(
                        message -> assertThat(message).contains("could not be sent", "OutOfMemoryError", "no room"));
        assertThat(metrics.check().status()).isEqualTo(HealthStatus.HEALTHY);
    }
}
