package tasker.observability.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Pick the series for an overview out of all that a worker reports; for use by one thread.
 *
 * <p>Queues are those of any transport: a series {@code tasker_…_queue_length} and its like, with a label
 * {@code queue}.
 */
final class OverviewSink implements MetricsSink {
    private static final String CHANNEL = "tasker_channel_";
    private static final String QUEUE = "_queue_";

    private final Map<String, Map<String, Object>> channels = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> queues = new TreeMap<>();
    private final Map<String, Map<String, Object>> handlers = new TreeMap<>();
    private final Map<String, Object> events = new LinkedHashMap<>();

    /** What was picked, by the kind of thing that it tells of. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("channels", channels);
        figures.put("queues", queues);
        figures.put("handlers", handlers);
        figures.put("events", events);
        return figures;
    }

    @Override
    public void counter(MetricId id, long value) {
        switch (id.name()) {
            case "tasker_steps_total" -> put(handlers, id, "handler", label(id, "outcome"), value);
            case "tasker_step_retries_total" -> put(handlers, id, "handler", "retries", value);
            case "tasker_domain_events_published_total" -> events.put("published_" + label(id, "mode"), value);
            case "tasker_domain_events_failed_total" -> events.put("failed_" + label(id, "mode"), value);
            case "tasker_domain_events_dropped_total" -> events.put("dropped", value);
            default -> {}
        }
    }

    @Override
    public void gauge(MetricId id, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        String name = id.name();
        if (name.startsWith(CHANNEL)) {
            put(channels, id, "channel", name.substring(CHANNEL.length()), value);
        } else if (id.labels().containsKey("queue") && name.contains(QUEUE)) {
            put(queues, id, "queue", name.substring(name.indexOf(QUEUE) + QUEUE.length()), value);
        } else if (name.equals("tasker_step_recent_duration_seconds")) {
            put(handlers, id, "handler", "p" + label(id, "percentile") + "_ms", value * 1e3);
        } else if (name.equals("tasker_fast_path_subscribers")) {
            events.put("subscribers", value);
        }
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        // Since the start: an overview shows the recent ones, which are gauges.
    }

    private static void put(
            Map<String, Map<String, Object>> rows, MetricId id, String label, String figure, Object value) {
        rows.computeIfAbsent(label(id, label), ignored -> new LinkedHashMap<>()).put(figure, value);
    }

    private static String label(MetricId id, String name) {
        return id.labels().getOrDefault(name, "");
    }
}
