package tasker.nativecore;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DeliveryPath;
import tasker.events.api.StartRefusedException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.routing.Target;

/**
 * Start the services of a worker in order: transports, which must start; then health, metrics, handlers and extensions,
 * each of which may fail by itself. For use by the thread that starts the worker.
 */
final class StartSequence {
    private static final Logger LOG = LoggerFactory.getLogger(StartSequence.class);

    private final WorkerSystem worker;
    private final WorkerParts parts;
    private final BooleanSupplier givenUp;
    private final Map<String, WorkerExtension> extensions = new ConcurrentSkipListMap<>();

    /** Prepare to start these parts, for as long as the start is not given up. */
    StartSequence(WorkerSystem worker, WorkerParts parts, BooleanSupplier givenUp) {
        this.worker = worker;
        this.parts = parts;
        this.givenUp = givenUp;
    }

    /** Start everything, and note in each service that did not start why. */
    void run() {
        parts.durable.ifPresent(service -> startTransport(DeliveryPath.DURABLE, service));
        parts.fast.ifPresent(service -> startTransport(DeliveryPath.FAST, service));
        for (ManagedService service : parts.optionalServices()) {
            stopIfGivenUp();
            startOptional(service);
        }
        stopIfGivenUp();
        if (!parts.durableOnly) {
            parts.pipeline.start();
            parts.openQueues();
        }
    }

    /** Where extensions answer, by their names. Any thread may call this. */
    Map<String, URI> endpoints() {
        Map<String, URI> endpoints = new ConcurrentSkipListMap<>();
        extensions.forEach((name, extension) -> {
            try {
                Optional<URI> endpoint = Foreign.call(extension, extension::endpoint);
                endpoint.ifPresent(uri -> endpoints.put(name, uri));
            } catch (RuntimeException | Error e) {
                LOG.warn("event=extension_failed extension={}", name, Failures.loggable(e));
            }
        });
        return Map.copyOf(endpoints);
    }

    private void startTransport(DeliveryPath path, ManagedService service) {
        stopIfGivenUp();
        try {
            parts.stack.start(service, parts.contextOf(service));
            parts.router.open(path, publisher(path), target(path, service));
            parts.attach(service);
            LOG.info("event=service_started service={} path={}", service.name(), path);
        } catch (Throwable e) {
            keepInterrupt(e);
            TaskerException failure = e instanceof TaskerException coded
                    ? coded
                    : new TaskerException(
                            "TASKER-W207",
                            "the transport '" + service.name() + "' ("
                                    + service.origin().describe() + ") did not start: " + Failures.describe(e),
                            e);
            service.fail(Failures.message(failure));
            throw failure;
        }
    }

    private Target target(DeliveryPath path, ManagedService service) {
        return new Target(
                service.name(),
                parts.config.namespace(),
                path == DeliveryPath.DURABLE
                        ? () -> Foreign.call(
                                parts.durable(), () -> parts.durable().queues().eventQueue())
                        : () -> "");
    }

    private DomainEventPublisher publisher(DeliveryPath path) {
        return switch (path) {
            case DURABLE -> Foreign.call(parts.durable(), parts.durable()::publisher);
            case FAST -> Foreign.call(parts.fast(), parts.fast()::publisher);
        };
    }

    private void startOptional(ManagedService service) {
        try {
            startService(service);
        } catch (StartRefusedException e) {
            service.fail(Failures.message(e));
            throw e;
        } catch (Throwable e) {
            keepInterrupt(e);
            stopIfGivenUp();
            leaveOut(service, e);
        }
    }

    /** Start one service that is neither transport nor database, and give it its work. */
    void startService(ManagedService service) throws Exception {
        if (service.service() instanceof WorkerExtension extension && service.provides(WorkerExtension.class)) {
            Foreign.run(extension, () -> extension.attach(worker));
            parts.stack.start(service, parts.contextOf(service));
            extensions.put(service.name(), extension);
        } else {
            parts.stack.start(service, parts.contextOf(service));
        }
        if (service.service() instanceof EventTracer tracer
                && service.provides(EventTracer.class)
                && !parts.tracing.use(tracer)) {
            LOG.warn("event=tracer_not_used service={} reason=\"another one is in use\"", service.name());
        }
        if (service.service() instanceof PayloadValidator validator
                && service.provides(PayloadValidator.class)
                && !parts.pipeline.validateWith(validator)) {
            LOG.warn("event=validator_not_used service={} reason=\"another one is in use\"", service.name());
        }
        if (service.service() instanceof StepHandler handler && service.provides(StepHandler.class)) {
            parts.pipeline.register(service.name(), handler);
        }
        if (service.service() instanceof EventSubscriber subscriber && service.provides(EventSubscriber.class)) {
            parts.subscribers.add(service.name(), subscriber, parts.fast());
        }
        parts.attach(service);
        LOG.info("event=service_started service={}", service.name());
    }

    /** Ask an extension no more where it answers. */
    void forget(ManagedService service) {
        extensions.remove(service.name());
    }

    private void leaveOut(ManagedService service, Throwable thrown) {
        String reason =
                "TASKER-P208 '" + service.name() + "' (" + service.origin().describe() + ") did not start: "
                        + Failures.describe(thrown) + "; the worker goes on without it";
        LOG.warn("event=service_failed service={} reason=\"{}\"", service.name(), reason, Failures.loggable(thrown));
        service.fail(reason);
        parts.pipeline.registerMissing(service.name(), reason);
        extensions.remove(service.name());
        parts.stack.close(service, parts.shutdownTimeout().toNanos());
    }

    private void stopIfGivenUp() {
        if (givenUp.getAsBoolean()) {
            throw new IllegalStateException("the worker is being closed");
        }
    }

    private static void keepInterrupt(Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
