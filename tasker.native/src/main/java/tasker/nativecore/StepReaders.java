package tasker.nativecore;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.intake.StepReader;
import tasker.nativecore.intake.StepReaderFigures;
import tasker.nativecore.steps.StepPipeline;
import tasker.nativecore.tracing.Tracing;

/** Read steps from every queue that a service holds; safe for use by many threads. */
final class StepReaders {
    private static final Logger LOG = LoggerFactory.getLogger(StepReaders.class);
    private static final MetricId RECEIVED =
            MetricId.of("tasker_queue_steps_received_total", "Messages that were read from a queue of steps.");
    private static final MetricId FATE =
            MetricId.of("tasker_queue_steps_total", "Messages of a queue of steps, by what became of them.");
    private static final MetricId ERRORS =
            MetricId.of("tasker_queue_steps_errors_total", "Calls of a queue of steps that failed.");

    private final Map<String, StepReader> readers = new ConcurrentSkipListMap<>();

    /** What was read and became of it, also where nothing is read any more. */
    private final Map<String, StepReaderFigures> figures = new ConcurrentSkipListMap<>();

    /** Start to read the steps of a queue, if it is configured to give any, unless they are being read. */
    void open(String name, StepQueue queue, StepPipeline pipeline, Tracing tracing, int most) {
        if (readers.containsKey(name)) {
            return;
        }
        Optional<StepSource> opened = Foreign.call(queue, queue::openSteps);
        opened.ifPresent(source -> open(name, source, pipeline, tracing, most));
    }

    private void open(String name, StepSource source, StepPipeline pipeline, Tracing tracing, int most) {
        StepReaderFigures counted = figures.computeIfAbsent(name, ignored -> new StepReaderFigures());
        StepReader reader = new StepReader(name, source, counted, pipeline, tracing, most);
        readers.put(name, reader);
        reader.start();
        LOG.info("event=steps_read source={}", name);
    }

    /** Read no more. */
    void stop() {
        List.copyOf(readers.values()).forEach(StepReader::stop);
    }

    /** Close the sources. */
    void close() {
        readers.forEach(StepReaders::close);
    }

    /**
     * Read no more steps of this queue, let those that were read be settled until this time, and close the source;
     * tells how many were not.
     */
    int close(String name, long deadlineNanos) throws InterruptedException {
        StepReader reader = readers.get(name);
        if (reader == null) {
            return 0;
        }
        reader.stop();
        try {
            return reader.awaitSettled(deadlineNanos);
        } finally {
            readers.remove(name);
            close(name, reader);
            LOG.info("event=steps_not_read_any_more source={}", name);
        }
    }

    /** The queues that are read. */
    Set<String> names() {
        return Set.copyOf(readers.keySet());
    }

    private static void close(String name, StepReader reader) {
        try {
            reader.close();
        } catch (RuntimeException | Error e) {
            LOG.warn("event=step_source_not_closed source={}", name, Failures.loggable(e));
        }
    }

    void collect(MetricsSink sink) {
        figures.forEach((name, of) -> sink.counter(RECEIVED.with("queue", name), of.received()));
        figures.forEach((name, of) -> of.byFate()
                .forEach((fate, count) -> sink.counter(FATE.with("queue", name).with("fate", fate), count)));
        figures.forEach((name, of) -> sink.counter(ERRORS.with("queue", name), of.errors()));
    }

    /** Why reading from queues fails, by their names; empty when none does. */
    Map<String, String> problems() {
        Map<String, String> problems = new ConcurrentSkipListMap<>();
        readers.forEach((name, reader) -> reader.figures().problem().ifPresent(problem -> problems.put(name, problem)));
        return problems;
    }
}
