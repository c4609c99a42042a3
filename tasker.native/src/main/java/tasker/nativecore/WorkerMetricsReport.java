package tasker.nativecore;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tasker.events.api.DeliveryMode;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricSeries;
import tasker.events.api.spi.MetricsSink;
import tasker.nativecore.steps.ChannelFigures;
import tasker.nativecore.steps.HandlerFigures;
import tasker.nativecore.steps.PipelineFigures;

/** Report a worker's own figures by the naming rules of Prometheus; safe for use by many threads. */
final class WorkerMetricsReport {
    private static final MetricId STEPS = MetricId.of("tasker_steps_total", "Steps that ended, by how they ended.");
    private static final Map<String, MetricSeries> STEPS_BY_OUTCOME =
            byValue(STEPS, "outcome", "success", "retryable", "permanent", "timeout");
    private static final MetricSeries STEP_DURATION =
            MetricSeries.of(MetricId.of("tasker_step_duration_seconds", "How long handlers ran."), "handler");
    private static final MetricId RECENT = MetricId.of(
            "tasker_step_recent_duration_seconds",
            "How long handlers ran within the sliding window, by percentile; not more than 0.4 % off.");
    private static final Map<String, MetricSeries> PERCENTILES = byValue(RECENT, "percentile", "50", "95", "99");
    private static final MetricSeries HANDLER_ERRORS =
            MetricSeries.of(MetricId.of("tasker_handler_errors_total", "Handlers that threw."), "handler");
    private static final MetricSeries ABANDONED = MetricSeries.of(
            MetricId.of(
                    "tasker_handlers_abandoned_total", "Handlers that ignored their interrupt and were left behind."),
            "handler");
    private static final MetricId IN_PROGRESS = MetricId.of("tasker_steps_in_progress", "Handlers that run now.");
    private static final MetricId STARVED = MetricId.of(
            "tasker_steps_starved_total", "Steps that waited for a handler longer than the starvation threshold.");
    private static final MetricId SUBMITTED =
            MetricId.of("tasker_steps_submitted_total", "Steps that were submitted, taken or not.");
    private static final MetricSeries REFUSED = MetricSeries.of(
            MetricId.of("tasker_steps_refused_total", "Steps that were submitted and not taken, by reason."), "reason");
    private static final MetricSeries RETRIES = MetricSeries.of(
            MetricId.of("tasker_step_retries_total", "Attempts that failed and were followed by another one."),
            "handler");
    private static final MetricId RETRIES_WAITING =
            MetricId.of("tasker_step_retries_waiting", "Steps that failed and wait for their next attempt.");
    private static final MetricSeries TIMEOUTS = MetricSeries.of(
            MetricId.of(
                    "tasker_handler_timeouts_total",
                    "Handlers that ran out of time, whether their steps were tried again or not."),
            "handler");
    private static final MetricId SINK_ERRORS =
            MetricId.of("tasker_result_sink_errors_total", "Results that the result sink refused.");
    private static final MetricId STEP_EVENTS_FAILED =
            MetricId.of("tasker_step_events_failed_total", "Events declared by handlers that were not published.");
    private static final MetricId STEP_EVENTS_SKIPPED = MetricId.of(
            "tasker_step_events_skipped_total", "Events declared by handlers that their publishers did not want.");
    private static final MetricId STEP_EVENT_HOOK_ERRORS =
            MetricId.of("tasker_step_event_hook_errors_total", "Hooks of publishers that threw after the publishing.");
    private static final MetricId STEP_EVENTS_PENDING =
            MetricId.of("tasker_step_events_pending", "Events declared by handlers that are on their way.");
    private static final MetricSeries PENDING =
            MetricSeries.of(MetricId.of("tasker_channel_pending", "Items that wait in a channel."), "channel");
    private static final MetricSeries CAPACITY =
            MetricSeries.of(MetricId.of("tasker_channel_capacity", "Items that may wait in a channel."), "channel");
    private static final MetricSeries SATURATION = MetricSeries.of(
            MetricId.of("tasker_channel_saturation_ratio", "Items that wait in a channel over those that may."),
            "channel");
    private static final MetricSeries OLDEST = MetricSeries.of(
            MetricId.of("tasker_channel_oldest_seconds", "How long the first item of a channel has waited."),
            "channel");
    private static final MetricSeries PUBLISHED = MetricSeries.of(
            MetricId.of(
                    "tasker_domain_events_published_total", "Events published, once each whatever the paths, by mode."),
            "mode");
    private static final MetricSeries FAILED = MetricSeries.of(
            MetricId.of("tasker_domain_events_failed_total", "Events that a path has refused, by mode."), "mode");
    private static final MetricId DROPPED = MetricId.of(
            "tasker_domain_events_dropped_total", "Events that subscribers of the fast path missed, over all of them.");
    private static final MetricId SUBSCRIBERS =
            MetricId.of("tasker_fast_path_subscribers", "Open subscriptions of the fast path.");
    private static final MetricId SOURCE_ERRORS =
            MetricId.of("tasker_metrics_source_errors_total", "Metrics sources that threw when they were asked.");
    private static final MetricId UPTIME = MetricId.of("tasker_uptime_seconds", "Time since the start of the worker.");
    private static final MetricSeries PROVIDERS = MetricSeries.of(
            MetricId.of("tasker_providers", "Providers that were found, by what became of them."), "status");
    private static final MetricId INFO = MetricId.of("tasker_worker_info", "The worker; always 1.");

    private final WorkerParts parts;
    private final WorkerFigures figures;
    private final ProviderReports reports;
    private final MetricId info;

    WorkerMetricsReport(WorkerParts parts, WorkerFigures figures, ProviderReports reports) {
        this.parts = parts;
        this.figures = figures;
        this.reports = reports;
        info = INFO.with("worker_id", parts.config.workerId())
                .with("namespace", parts.config.namespace())
                .with("environment", parts.config.environment());
    }

    void collect(MetricsSink sink) {
        sink.gauge(info, 1);
        sink.gauge(UPTIME, figures.uptimeSeconds());
        collectSteps(sink);
        parts.readers.collect(sink);
        parts.subscribers.collect(sink);
        collectEvents(sink);
        sink.counter(SOURCE_ERRORS, parts.sources.errors());
        reports.byStatus().forEach((status, count) -> sink.gauge(PROVIDERS.of(status.text()), count));
    }

    private void collectSteps(MetricsSink sink) {
        Map<String, HandlerFigures> handlers = parts.pipeline.handlers();
        handlers.forEach((name, handler) -> {
            Map<String, Meters.Counter> outcomes = handler.byOutcome();
            STEPS_BY_OUTCOME.forEach((outcome, series) -> {
                Meters.Counter counter = Objects.requireNonNull(outcomes.get(outcome));
                sink.counter(series.of(name), counter.value(), counter.exemplar());
            });
        });
        handlers.forEach((name, handler) -> sink.histogram(STEP_DURATION.of(name), handler.executionTime()));
        handlers.forEach((name, handler) -> {
            Distribution recent = handler.recentExecution().current();
            PERCENTILES.forEach((percentile, series) -> sink.gauge(
                    series.of(name),
                    recent.count() == 0
                            ? Double.NaN
                            : recent.quantileNanos(Integer.parseInt(percentile) / 100.0) / 1e9));
        });
        handlers.forEach((name, handler) -> sink.counter(HANDLER_ERRORS.of(name), handler.threw()));
        handlers.forEach((name, handler) -> sink.counter(ABANDONED.of(name), handler.abandoned()));
        handlers.forEach((name, handler) -> sink.counter(RETRIES.of(name), handler.retried()));
        handlers.forEach((name, handler) -> sink.counter(TIMEOUTS.of(name), handler.timeouts()));
        PipelineFigures pipeline = parts.pipeline.figures();
        sink.counter(SUBMITTED, pipeline.intake().submitted());
        pipeline.intake().byReason().forEach((reason, count) -> sink.counter(REFUSED.of(reason), count));
        sink.gauge(RETRIES_WAITING, (double) pipeline.retriesWaiting());
        sink.gauge(IN_PROGRESS, pipeline.inProgress());
        sink.counter(STARVED, pipeline.starved());
        sink.counter(SINK_ERRORS, pipeline.sinkErrors());
        sink.counter(STEP_EVENTS_FAILED, pipeline.eventsFailed());
        sink.counter(STEP_EVENTS_SKIPPED, pipeline.eventsSkipped());
        sink.counter(STEP_EVENT_HOOK_ERRORS, pipeline.eventHookErrors());
        sink.gauge(STEP_EVENTS_PENDING, (double) pipeline.eventsPending());
        Map<String, ChannelFigures> channels = new LinkedHashMap<>();
        channels.put("dispatch", pipeline.dispatch());
        channels.put("completion", pipeline.completion());
        channels.forEach((name, channel) -> sink.gauge(PENDING.of(name), (double) channel.pending()));
        channels.forEach((name, channel) -> sink.gauge(CAPACITY.of(name), channel.capacity()));
        channels.forEach((name, channel) -> sink.gauge(SATURATION.of(name), channel.saturation()));
        channels.forEach((name, channel) -> sink.gauge(OLDEST.of(name), channel.oldestNanos() / 1e9));
    }

    private void collectEvents(MetricsSink sink) {
        for (DeliveryMode mode : DeliveryMode.values()) {
            sink.counter(PUBLISHED.of(mode.text()), parts.router.published(mode));
        }
        for (DeliveryMode mode : DeliveryMode.values()) {
            sink.counter(FAILED.of(mode.text()), parts.router.failed(mode));
        }
        sink.counter(DROPPED, figures.dropped());
        figures.askFast(FastTransport::subscribers).ifPresent(open -> sink.gauge(SUBSCRIBERS, (double) open));
    }

    /** The series of each handler, by the values of another label. */
    private static Map<String, MetricSeries> byValue(MetricId metric, String label, String... values) {
        Map<String, MetricSeries> series = new LinkedHashMap<>();
        for (String value : values) {
            series.put(value, MetricSeries.of(metric.with(label, value), "handler"));
        }
        return series;
    }
}
