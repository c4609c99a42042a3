package tasker.osgi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.spi.EventPoller;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** An application in a bundle of its own: it runs a worker and tells in a service what it saw. */
public final class Application implements BundleActivator {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Made by the framework. */
    public Application() {}

    @Override
    public void start(BundleContext context) throws Exception {
        Map<String, String> seen = new LinkedHashMap<>();
        try {
            run(seen);
        } catch (RuntimeException e) {
            seen.put("failure", String.valueOf(e.getMessage()));
        }
        Supplier<Map<String, String>> result = () -> seen;
        context.registerService(Supplier.class, result, null);
    }

    @Override
    public void stop(BundleContext context) {}

    private static void run(Map<String, String> seen) throws InterruptedException {
        Configuration configuration = Configuration.builder()
                .flag("observability.port", "0", "the test")
                .build();
        try (WorkerSystem worker = WorkerSystem.builder(configuration).build()) {
            worker.start();
            seen.put("module", String.valueOf(WorkerSystem.class.getModule().isNamed()));
            try (EventPoller poller = worker.subscribe(EventPattern.parse("order.#"))) {
                worker.publish(
                        DomainEvent.builder("order.created", "osgi")
                                .payload(Map.of("order", 42))
                                .build(),
                        DeliveryMode.FAST);
                seen.put("polled", poller.poll(PATIENCE).orElseThrow().eventType());
            }
            seen.put("health", worker.health().status().toString());
            seen.put("published", Long.toString(worker.metrics().domainEventsPublished()));
            seen.put("http", String.valueOf(worker.endpoints().keySet()));
        }
    }
}
