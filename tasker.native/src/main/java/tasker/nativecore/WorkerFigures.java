package tasker.nativecore;

import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.FastTransport;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.steps.HandlerFigures;
import tasker.nativecore.steps.PipelineFigures;

/** Add up what the parts of a worker have counted; safe for use by many threads. */
final class WorkerFigures {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerFigures.class);
    private static final double NANOS_PER_MILLI = 1e6;

    /** There is no native boundary whose calls could fail. */
    private static final long NO_FFI_ERRORS = 0;

    private final WorkerParts parts;
    private final WorkerLife life;

    private volatile long lastDropped;

    WorkerFigures(WorkerParts parts, WorkerLife life) {
        this.parts = parts;
        this.life = life;
    }

    double uptimeSeconds() {
        return life.uptimeNanos() / 1e9;
    }

    /** Events that subscribers of the fast path missed; after the close what it was before. */
    long dropped() {
        askFast(FastTransport::dropped).ifPresent(dropped -> lastDropped = dropped);
        return lastDropped;
    }

    /** Ask the fast transport for a figure; empty when there is none, or it cannot say. */
    Optional<Long> askFast(ToLongFunction<FastTransport> figure) {
        Optional<ManagedService> fast = parts.fast.filter(parts::isAttached);
        try {
            return fast.map(service -> (FastTransport) service.service())
                    .map(transport -> Foreign.call(transport, () -> figure.applyAsLong(transport)));
        } catch (RuntimeException | Error e) {
            LOG.debug("event=fast_figure_failed error={}", Failures.describe(e));
            return Optional.empty();
        }
    }

    WorkerMetrics metrics() {
        PipelineFigures pipeline = parts.pipeline.figures();
        Map<String, HandlerFigures> handlers = parts.pipeline.handlers();
        long succeeded = sum(handlers, HandlerFigures::succeeded);
        long timedOut = sum(handlers, HandlerFigures::timedOut);
        long failed = sum(handlers, HandlerFigures::retryable) + sum(handlers, HandlerFigures::permanent) + timedOut;
        Distribution recent = pipeline.recentExecution();
        return new WorkerMetrics(
                parts.config.workerId(),
                uptimeSeconds(),
                succeeded + failed,
                succeeded,
                failed,
                pipeline.inProgress(),
                average(handlers),
                longs(handlers, figures -> figures.executionTime().sinceStart().maxNanos())
                                .max()
                                .orElse(0)
                        / NANOS_PER_MILLI,
                recent.quantileNanos(0.95) / NANOS_PER_MILLI,
                recent.quantileNanos(0.99) / NANOS_PER_MILLI,
                pipeline.dispatch().pending(),
                pipeline.completion().pending(),
                pipeline.dispatch().saturation(),
                pipeline.completion().saturation(),
                parts.router.published(),
                dropped(),
                sum(handlers, HandlerFigures::threw),
                sum(handlers, HandlerFigures::timeouts),
                NO_FFI_ERRORS);
    }

    private static double average(Map<String, HandlerFigures> handlers) {
        long count = 0;
        long nanos = 0;
        for (HandlerFigures figures : handlers.values()) {
            Distribution times = figures.executionTime().sinceStart();
            count += times.count();
            nanos += times.sumNanos();
        }
        return count == 0 ? 0 : nanos / NANOS_PER_MILLI / count;
    }

    private static long sum(Map<String, HandlerFigures> handlers, ToLongFunction<HandlerFigures> figure) {
        return longs(handlers, figure).sum();
    }

    private static LongStream longs(Map<String, HandlerFigures> handlers, ToLongFunction<HandlerFigures> figure) {
        return handlers.values().stream().mapToLong(figure);
    }
}
