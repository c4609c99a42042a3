package tasker.nativecore;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepHandler;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;

/** Know the service types, and the order in which services start. */
final class ServiceTypes {
    /** Services that are started only when the configuration chooses them. */
    static final List<Class<? extends WorkerService>> CHOSEN =
            List.of(DatabaseProvider.class, DurableTransport.class, FastTransport.class);

    /** Services that are all started, in this order. */
    static final List<Class<? extends WorkerService>> OPTIONAL = List.of(
            HealthContributor.class,
            MetricsSource.class,
            EventTracer.class,
            PayloadValidator.class,
            StepHandler.class,
            StepQueue.class,
            EventSubscriber.class,
            WorkerExtension.class);

    private ServiceTypes() {}

    /** All types, in the order in which they are looked for. */
    static List<Class<? extends WorkerService>> all() {
        return java.util.stream.Stream.concat(CHOSEN.stream(), OPTIONAL.stream())
                .toList();
    }

    /** Whether the configuration has to choose this service for it to be started. */
    static boolean isChosen(ManagedService service) {
        return CHOSEN.stream().anyMatch(service::provides);
    }

    /** The services that start without being chosen, each at the place of the first of its types. */
    static List<ManagedService> optional(ServiceCatalog catalog) {
        Set<ManagedService> services = new LinkedHashSet<>();
        for (Class<? extends WorkerService> type : OPTIONAL) {
            for (ManagedService service : catalog.of(type)) {
                if (!isChosen(service)) {
                    services.add(service);
                }
            }
        }
        return List.copyOf(services);
    }
}
