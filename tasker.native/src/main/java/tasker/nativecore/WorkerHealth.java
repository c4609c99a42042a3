package tasker.nativecore;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.StepQueue;
import tasker.nativecore.config.HealthGroup;
import tasker.nativecore.delivery.Subscriptions;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;
import tasker.nativecore.steps.ChannelFigures;
import tasker.nativecore.steps.PipelineFigures;

/**
 * Put the health of a worker together: what the contributors answer, and what the core knows of itself.
 *
 * <p>The core's own components are {@code worker} (its state), {@code dispatch-channel} and {@code completion-channel}
 * (degraded while the first item waits longer than the starvation threshold), and every service that did not start.
 * Safe for use by many threads.
 */
final class WorkerHealth {
    static final String WORKER = "worker";
    static final String DISPATCH = "dispatch-channel";
    static final String COMPLETION = "completion-channel";

    /** Before the name of a service that holds a queue of steps which cannot be read. */
    static final String STEPS_OF = "steps-";

    /** The components that are the core's own, whose names no service may have. */
    static final Set<String> OWN = Set.of(WORKER, DISPATCH, COMPLETION, Subscriptions.NAME);

    private final WorkerParts parts;
    private final WorkerLife life;

    WorkerHealth(WorkerParts parts, WorkerLife life) {
        this.parts = parts;
        this.life = life;
    }

    /** The names of all components that may ever show. */
    static Set<String> names(ServiceCatalog catalog) {
        Set<String> names = new TreeSet<>(OWN);
        for (ManagedService service : catalog.all()) {
            names.add(service.name());
            if (service.provides(StepQueue.class)) {
                names.add(STEPS_OF + service.name());
            }
        }
        return names;
    }

    /** Look at the components of a group only. */
    HealthCheck check(HealthGroup group) {
        List<ComponentHealth> found = new ArrayList<>(parts.health.check(group::has));
        PipelineFigures pipeline = parts.pipeline.figures();
        found.add(worker());
        if (!parts.durableOnly) {
            found.add(channel(DISPATCH, "step", "a handler", pipeline.dispatch()));
            found.add(channel(COMPLETION, "result", "the result sink", pipeline.completion()));
        }
        parts.readers
                .problems()
                .forEach((queue, problem) -> found.add(component(
                        STEPS_OF + queue, HealthStatus.DEGRADED, "steps cannot be read: " + problem, Map.of())));
        for (ManagedService service : parts.catalog().all()) {
            service.failure().ifPresent(reason -> found.add(failed(service, reason)));
        }
        Map<String, ComponentHealth> components = new HashMap<>();
        HealthStatus worst = HealthStatus.HEALTHY;
        for (ComponentHealth component : found) {
            if (group.has(component.name())) {
                components.put(component.name(), component);
                worst = worst.worst(component.status());
            }
        }
        return new HealthCheck(
                worst,
                parts.config.workerId(),
                life.uptimeNanos() / 1e9,
                components,
                nativeLayer(pipeline),
                languageLayer());
    }

    /** Whether the state and the threads are those of a worker that lives. */
    boolean isLive() {
        return switch (life.state()) {
            case STARTING, SHUTTING_DOWN -> true;
            case RUNNING -> parts.durableOnly || parts.pipeline.isAlive();
            case STOPPED, ERROR -> false;
        };
    }

    private ComponentHealth worker() {
        WorkerState state = life.state();
        HealthStatus status = switch (state) {
            case RUNNING -> isLive() ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY;
            case STARTING, SHUTTING_DOWN -> HealthStatus.DEGRADED;
            case STOPPED, ERROR -> HealthStatus.UNHEALTHY;
        };
        String message = state == WorkerState.RUNNING
                ? "a thread that steps depend on has died; restart the worker"
                : "the worker is in state " + state.text();
        return component(WORKER, status, message, Map.of("state", state.text()));
    }

    private ComponentHealth channel(String name, String item, String awaited, ChannelFigures channel) {
        Duration oldest = Duration.ofNanos(channel.oldestNanos());
        boolean starving = oldest.toMillis() > parts.config.starvationThresholdMs();
        return component(
                name,
                starving ? HealthStatus.DEGRADED : HealthStatus.HEALTHY,
                "the first " + item + " has waited " + oldest.toMillis() + " ms for " + awaited + ", "
                        + channel.pending() + " wait in all",
                Map.of(
                        "pending",
                        channel.pending(),
                        "capacity",
                        channel.capacity(),
                        "saturation",
                        channel.saturation()));
    }

    private static ComponentHealth failed(ManagedService service, String reason) {
        return component(service.name(), HealthStatus.UNHEALTHY, reason, Map.of());
    }

    private static ComponentHealth component(
            String name, HealthStatus status, String problem, Map<String, @Nullable Object> details) {
        Optional<String> message = status == HealthStatus.HEALTHY ? Optional.empty() : Optional.of(problem);
        return new ComponentHealth(name, status, message, Instant.now(), 0, details);
    }

    private Map<String, @Nullable Object> nativeLayer(PipelineFigures pipeline) {
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        figures.put("state", life.state().text());
        figures.put("step_timer_alive", pipeline.timerAlive());
        figures.put("completer_alive", pipeline.completerAlive());
        figures.put("step_events_alive", pipeline.eventsAlive());
        figures.put("steps_in_progress", pipeline.inProgress());
        figures.put("max_concurrent_handlers", parts.config.maxConcurrentHandlers());
        figures.put("dispatch_channel_pending", pipeline.dispatch().pending());
        figures.put("dispatch_channel_capacity", pipeline.dispatch().capacity());
        figures.put("completion_channel_pending", pipeline.completion().pending());
        figures.put("completion_channel_capacity", pipeline.completion().capacity());
        figures.put("step_events_pending", pipeline.eventsPending());
        figures.put("steps_starved", pipeline.starved());
        figures.put("retries_waiting", pipeline.retriesWaiting());
        figures.put("steps_refused", pipeline.intake().refused());
        return figures;
    }

    private Map<String, @Nullable Object> languageLayer() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        figures.put("java_version", Runtime.version().toString());
        figures.put("processors", Runtime.getRuntime().availableProcessors());
        figures.put("heap_used_bytes", heap.getUsed());
        figures.put("heap_max_bytes", heap.getMax());
        figures.put("platform_threads", ManagementFactory.getThreadMXBean().getThreadCount());
        figures.put("modules", ModuleLayer.boot().modules().size());
        figures.put("handlers", List.copyOf(parts.pipeline.handlerNames()));
        return figures;
    }
}
