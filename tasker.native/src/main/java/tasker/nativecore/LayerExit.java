package tasker.nativecore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.PayloadValidator;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.steps.Withdrawal;

/**
 * Lead the services of a layer out of a running worker: no more work, then the end of what they have, then their close.
 *
 * <p>An interrupt of the thread ends the waiting, not the closing. For use by one thread at a time.
 */
final class LayerExit {
    private static final Logger LOG = LoggerFactory.getLogger(LayerExit.class);

    private final WorkerParts parts;
    private final StartSequence starts;
    private boolean interrupted;

    LayerExit(WorkerParts parts, StartSequence starts) {
        this.parts = parts;
        this.starts = starts;
    }

    /** Lead these services out, whose handlers take no more steps. */
    DetachReport run(List<ManagedService> services, Withdrawal withdrawal, Duration bound) {
        interrupted = false;
        long begun = System.nanoTime();
        long deadline = begun + bound.toNanos();
        // For what steps leave behind when they are interrupted at the bound: their results, and then their events.
        long forRest = 4 * parts.settings.get(WorkerSettings.INTERRUPT_GRACE_MS).toNanos();
        Set<String> leftBehind = new LinkedHashSet<>();
        for (ManagedService service : services) {
            parts.withdraw(service);
        }
        for (ManagedService service : services) {
            quietly(() -> parts.readers.close(service.name(), until(deadline)));
        }
        long unfinished = quietly(() -> withdrawal.drain(until(deadline)));
        long lost = 0;
        if (unfinished > 0) {
            lost = quietly(() -> withdrawal.interrupt(System.nanoTime() + forRest));
        }
        long rest = Math.max(deadline, System.nanoTime() + forRest);
        long events = quietly(() -> withdrawal.drainEvents(until(rest)));
        for (ManagedService service : services) {
            if (service.service() instanceof EventSubscriber
                    && quietly(() -> parts.subscribers.awaitIdle(service.name(), until(deadline)) ? 0 : 1) > 0) {
                leftBehind.add(service.name());
            }
            if (service.service() instanceof PayloadValidator validator) {
                parts.pipeline.stopValidating(validator);
            }
            starts.forget(service);
        }
        leftBehind.addAll(parts.stack.close(services, System.nanoTime() + bound.toNanos()));
        DetachReport report =
                new DetachReport(unfinished, lost, withdrawal.leftBehind(), events, new ArrayList<>(leftBehind));
        LOG.info(
                "event=layer_detached services={} took_ms={} steps_interrupted={} steps_lost={} handlers_left_behind={}"
                        + " events_left={} services_left_behind={}",
                String.join(",", services.stream().map(ManagedService::name).toList()),
                (System.nanoTime() - begun) / 1_000_000,
                report.stepsInterrupted(),
                report.stepsLost(),
                report.handlersLeftBehind(),
                report.eventsLeft(),
                report.servicesLeftBehind());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return report;
    }

    /** Read no more steps when the last handler goes: they are for other workers, what is given back included. */
    void stopIdleQueues() {
        if (parts.pipeline.handlerNames().isEmpty()) {
            parts.readers.stop();
        }
    }

    /** Let go of the queues when the last handler is gone. */
    void closeIdleQueues(Duration bound) {
        if (parts.pipeline.handlerNames().isEmpty()) {
            interrupted = false;
            long deadline = System.nanoTime() + bound.toNanos();
            for (String name : parts.readers.names()) {
                quietly(() -> parts.readers.close(name, until(deadline)));
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Once interrupted, wait no longer. */
    private long until(long deadline) {
        return interrupted ? System.nanoTime() : deadline;
    }

    private long quietly(Wait wait) {
        try {
            return wait.run();
        } catch (InterruptedException e) {
            interrupted = true;
            return quietly(wait);
        }
    }

    /** Wait for something, and tell how many are left. */
    @FunctionalInterface
    private interface Wait {
        long run() throws InterruptedException;
    }
}
