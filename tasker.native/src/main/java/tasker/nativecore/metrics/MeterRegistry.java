package tasker.nativecore.metrics;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Keep the meters of all services; safe for use by many threads.
 *
 * <p>Services that ask for one name and one set of labels share the meter, and it stays until the last of them is
 * removed: a name is one family, whoever records it.
 */
public final class MeterRegistry {
    private static final Comparator<MetricId> BY_NAME_AND_LABELS =
            Comparator.comparing(MetricId::name).thenComparing(id -> id.labels().toString());

    private final Map<MetricId, Entry> entries = new TreeMap<>(BY_NAME_AND_LABELS);
    private final Map<String, ServiceMeters> services = new HashMap<>();
    private volatile List<Entry> snapshot = List.of();

    /** The meters of one service; the same at each call until the service is removed. */
    public synchronized Meters forService(String name) {
        return services.computeIfAbsent(name, ServiceMeters::new);
    }

    /** Drop the meters of a service that no other service shares; what it still records is shown no more. */
    public synchronized void remove(String name) {
        ServiceMeters service = services.remove(name);
        if (service != null) {
            entries.values().removeIf(entry -> entry.owners.remove(service) && entry.owners.isEmpty());
            snapshot = List.copyOf(entries.values());
        }
    }

    /** Report every meter, sorted by name and labels. */
    public void collect(MetricsSink sink) {
        for (Entry entry : snapshot) {
            switch (entry.meter) {
                case StripedCounter counter -> sink.counter(entry.id, counter.value(), counter.exemplar());
                case LatencyHistogram timer -> sink.histogram(entry.id, timer);
            }
        }
    }

    private synchronized <M extends Meter> M meter(
            ServiceMeters owner, MetricId id, Class<M> kind, Supplier<M> factory) {
        if (services.get(owner.service) != owner) {
            // A service that was removed may still be closing; what it records then reaches nobody.
            return factory.get();
        }
        Entry entry = entries.computeIfAbsent(id, ignored -> new Entry(id, factory.get(), new HashSet<>()));
        if (!kind.isInstance(entry.meter)) {
            throw new IllegalArgumentException("the metric " + id.name() + " of '" + owner.service + "' is a "
                    + kind.getSimpleName() + ", but was already made as a "
                    + entry.meter.getClass().getSimpleName());
        }
        entry.owners.add(owner);
        snapshot = List.copyOf(entries.values());
        return kind.cast(entry.meter);
    }

    /** Hold one meter and the services that record with it. */
    private record Entry(MetricId id, Meter meter, Set<ServiceMeters> owners) {}

    /** Make the meters of one service. */
    private final class ServiceMeters implements Meters {
        private final String service;

        ServiceMeters(String service) {
            this.service = service;
        }

        @Override
        public Counter counter(MetricId id) {
            return meter(this, checked(id, "_total"), StripedCounter.class, StripedCounter::new);
        }

        @Override
        public Timer timer(MetricId id) {
            return meter(this, checked(id, "_seconds"), LatencyHistogram.class, LatencyHistogram::new);
        }

        private MetricId checked(MetricId id, String suffix) {
            if (!id.name().endsWith(suffix)) {
                throw new IllegalArgumentException(
                        "the metric " + id.name() + " of '" + service + "' must end in " + suffix);
            }
            return id;
        }
    }
}
