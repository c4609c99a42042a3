package tasker.observability.http;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Keep a real worker busy: with steps, most of which succeed, and with events on its fast path. */
final class BusyWorker implements AutoCloseable {
    static final HealthReport LEDGER_BROKEN = HealthReport.unhealthy("the ledger is closed", Map.of());

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    final AtomicReference<HealthReport> ledger = new AtomicReference<>(HealthReport.healthy(Map.of()));

    private final WorkerSystem worker;
    private final URI address;
    private final Thread feeder;

    private BusyWorker(Configuration configuration) {
        worker = WorkerSystem.builder(configuration)
                .service(new TestTransports.Durable())
                .service(new TestTransports.Fast())
                .service(new Ledger(ledger))
                .service(new Charge())
                .build();
        worker.start();
        address = Objects.requireNonNull(worker.endpoints().get("observability"));
        feeder = Thread.ofVirtual().name("feeder").start(this::feed);
    }

    /** Start with these settings: names and values by turns. */
    static BusyWorker start(String... settings) {
        Configuration.Builder configuration = Configuration.builder()
                .flag("observability.port", "0", "test")
                .flag("worker.worker-id", "page-test", "test")
                .flag("worker.health-timeout-ms", "60000", "test")
                .flag("worker.metrics-timeout-ms", "60000", "test");
        for (int i = 0; i < settings.length; i += 2) {
            configuration.flag(settings[i], settings[i + 1], "test");
        }
        return new BusyWorker(configuration.build());
    }

    /** Where it answers, or did. */
    URI address() {
        return address;
    }

    void publish(String type, Map<String, Object> payload) {
        worker.publish(DomainEvent.of(type, payload, "page-test"), DeliveryMode.FAST);
    }

    @Override
    public void close() {
        feeder.interrupt();
        TestWorker.await("nothing is fed any more", () -> !feeder.isAlive());
        worker.close();
    }

    private void feed() {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                worker.submit(StepRequest.of("charge", Map.of("number", i))).join();
                publish("order.created", Map.of("number", i));
                if (i % 5 == 0) {
                    publish("payment.failed", Map.of("card", "<b>1234</b>"));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    private record Ledger(AtomicReference<HealthReport> report) implements HealthContributor {
        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public HealthReport check() {
            return report.get();
        }
    }

    private record Charge() implements StepHandler {
        @Override
        public String name() {
            return "charge";
        }

        @Override
        public StepResult handle(StepContext context) {
            return context.request().input().get("number") instanceof Integer number && number % 10 == 9
                    ? StepResult.permanentFailure("the card is blocked")
                    : StepResult.success(Map.of());
        }
    }
}
