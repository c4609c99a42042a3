package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.UuidV7;
import tasker.events.api.WorkerMetrics;

class SettlingTests {
    private final UUID run = UuidV7.next();
    private final Ledger ledger = new Ledger(run);
    private final TestEvents.Poller poller = new TestEvents.Poller();
    private final FastSide fast = new FastSide(poller, ledger);
    private final AtomicLong published = new AtomicLong();
    private final Settling settling = new Settling(ledger, fast, this::metrics);

    @BeforeEach
    void oneOrderIsDone() {
        StepRequest request = new StepRequest(UuidV7.next(), OrderEvents.HANDLER, Map.of(), 1, Optional.of(run));
        ledger.submit();
        ledger.accept(new StepOutcome(request, StepResult.success(Map.of()), Duration.ZERO, Instant.EPOCH));
    }

    @AfterEach
    void close() {
        fast.close();
    }

    @Test
    void itEndsOnceTheEventOfEveryOrderCame() throws InterruptedException {
        published.set(1);
        Thread.ofVirtual().start(() -> publish(OrderEvents.PROCESSED));

        assertThat(settling.call()).isTrue();
        assertThat(settling.status()).contains("1/1 durable events");
    }

    @Test
    void whatTheSubscriberMissedIsNotWaitedFor() throws InterruptedException {
        published.set(1);
        poller.missed = 1;

        assertThat(settling.call()).isTrue();
    }

    @Test
    void itWaitsForEventsThatTheWorkerHasCountedAndCanBeInterrupted() {
        published.set(2);
        publish(OrderEvents.PROCESSED);
        Thread.currentThread().interrupt();

        assertThatThrownBy(settling::call).isInstanceOf(InterruptedException.class);
    }

    private void publish(String type) {
        poller.events.add(InProcessDomainEvent.of(TestEvents.event(type, run)));
    }

    private WorkerMetrics metrics() {
        return new WorkerMetrics("w", 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, published.get(), 0, 0, 0, 0);
    }
}
