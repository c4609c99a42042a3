package tasker.nativecore.steps;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.guard.Gate;
import tasker.nativecore.metrics.SlidingWindow;
import tasker.nativecore.routing.EventRouter;

/**
 * Lead steps from submission to outcome: a bounded dispatch channel, one dispatcher, handlers on virtual threads, a
 * bounded completion channel, one completer.
 *
 * <p>Everything that waits is bounded: steps by the dispatch channel, outcomes by the completion channel and the
 * handlers that may run at once. When all is full, {@link #submit} waits. Safe for use by many threads.
 */
public final class StepPipeline {
    private final StepLimits limits;
    private final Map<String, RegisteredHandler> handlers = new ConcurrentSkipListMap<>();
    private final Map<String, String> missing = new ConcurrentSkipListMap<>();
    private final Gate gate = new Gate();
    private final BoundedChannel<StepRun> dispatch;
    private final BoundedChannel<Completed> completion;
    private final SlidingWindow window;
    private final StepRunner runner;
    private final Dispatcher dispatcher;
    private final Completer completer;
    private final StepEvents events;
    private volatile boolean closed;

    /**
     * Prepare a pipeline whose threads do not run yet.
     *
     * @param limits bounds the work
     * @param workerId names the worker in events and logs
     * @param router publishes the events of handlers
     * @param sink takes every outcome
     * @param window how far back percentiles look
     */
    public StepPipeline(
            StepLimits limits, String workerId, EventRouter router, Consumer<StepOutcome> sink, Duration window) {
        this.limits = limits;
        this.window = new SlidingWindow(window);
        dispatch = new BoundedChannel<>(limits.dispatchBuffer());
        completion = new BoundedChannel<>(limits.completionBuffer());
        Semaphore outcomeRoom = new Semaphore(limits.maxConcurrent() + limits.completionBuffer());
        events = new StepEvents(workerId, router, limits.completionBuffer());
        completer = new Completer(completion, outcomeRoom, sink, events, gate);
        runner = new StepRunner(limits, workerId, router, this.window, completer::send);
        dispatcher = new Dispatcher(dispatch, runner, outcomeRoom, limits.starvationThreshold());
    }

    /** Run the steps of this name with this handler, which has started. */
    public void register(String name, StepHandler handler) {
        handlers.put(name, RegisteredHandler.of(name, handler, limits.timeout()));
    }

    /** Refuse the steps of this name for this reason. */
    public void registerMissing(String name, String reason) {
        handlers.remove(name);
        missing.put(name, reason);
    }

    /** Start the threads. */
    public void start() {
        events.start();
        completer.start();
        dispatcher.start();
    }

    /**
     * Hand over one step, waiting while the dispatch channel is full.
     *
     * @throws TaskerException {@code TASKER-S102} when no handler has the name, {@code TASKER-S106} when the result
     *     sink itself submits while the channel is full, {@code TASKER-W202} when the pipeline is closed
     * @throws InterruptedException when the waiting thread is interrupted; the step was not taken
     */
    public CompletableFuture<StepOutcome> submit(StepRequest request) throws InterruptedException {
        RegisteredHandler handler = handlers.get(request.handler());
        if (handler == null) {
            throw unknown(request.handler());
        }
        if (!gate.enter()) {
            throw closed();
        }
        StepRun run = new StepRun(request, handler);
        boolean taken = false;
        try {
            if (!completer.isCurrentThread()) {
                if (!dispatch.put(run, () -> closed)) {
                    throw closed();
                }
            } else if (!dispatch.offer(run, 0)) {
                throw new TaskerException(
                        "TASKER-S106",
                        "the result sink submits a step while " + limits.dispatchBuffer()
                                + " wait; submit from another thread, since the sink must not wait for itself");
            }
            // Closed meanwhile: either close() finds the step in the channel, or it is taken back here.
            if (closed && run.end()) {
                dispatch.remove(run);
                throw closed();
            }
            taken = true;
        } finally {
            if (!taken) {
                gate.leave();
            }
        }
        return run.future();
    }

    /** Take no more steps, and wait until all have ended or the deadline has passed; tells how many have not. */
    public long drain(long deadlineNanos) throws InterruptedException {
        gate.close();
        gate.awaitEmpty(deadlineNanos);
        return gate.inside();
    }

    /**
     * End what {@link #drain} has left: interrupt handlers, refuse what waits, and leave behind what ignores that; then
     * wait until all has ended or the deadline has passed.
     */
    public long interrupt(long deadlineNanos) throws InterruptedException {
        dispatcher.rejectAll();
        runner.interruptAll();
        if (!gate.awaitEmpty(deadlineNanos)) {
            completer.interrupt();
        }
        return gate.inside();
    }

    /** Wait until the events of ended steps are published or the deadline has passed; tells how many are not. */
    public long drainEvents(long deadlineNanos) throws InterruptedException {
        events.awaitPublished(deadlineNanos);
        return events.pending();
    }

    /**
     * Stop the threads, without waiting. Steps that were not started end as such, results that the sink has not taken
     * reach those who wait for them, and those who wait to submit are refused.
     */
    public void close() {
        gate.close();
        dispatcher.close();
        completer.close();
        // After the completer, which from now on takes results without waiting for the sink.
        closed = true;
        rejectRest();
        events.close();
        runner.close();
    }

    /** Results that the sink has not taken when the pipeline was closed, that one included in which it hung. */
    public long lostResults() {
        return completer.lost();
    }

    /** Declared events that were never on their way because the sink has not taken their results. */
    public long lostEvents() {
        return events.lost();
    }

    /** Whether the threads that everything depends on are alive. */
    public boolean isAlive() {
        return dispatcher.isAlive() && completer.isAlive() && events.isAlive();
    }

    /** How the steps of each handler ended, by its name. */
    public Map<String, HandlerFigures> handlers() {
        Map<String, HandlerFigures> figures = new TreeMap<>();
        handlers.forEach((name, handler) -> figures.put(name, handler.figures()));
        return figures;
    }

    /** How the pipeline stands now. */
    public PipelineFigures figures() {
        return new PipelineFigures(
                runner.inProgress(),
                dispatch.figures(),
                completion.figures(),
                window.current(),
                dispatcher.starved(),
                completer.sinkErrors(),
                events.failed(),
                events.pending(),
                dispatcher.isAlive(),
                completer.isAlive(),
                events.isAlive());
    }

    private void rejectRest() {
        // No more than were there when it was closed: those that come later take themselves back.
        for (int i = 0; i < limits.dispatchBuffer(); i++) {
            StepRun left = dispatch.pollNow();
            if (left == null) {
                return;
            }
            runner.reject(left);
        }
    }

    private static TaskerException closed() {
        return new TaskerException("TASKER-W202", "the worker takes no more steps, it is closed");
    }

    private TaskerException unknown(String name) {
        String reason = Optional.ofNullable(missing.get(name))
                .map(text -> "the handler '" + name + "' did not start: " + text)
                .orElseGet(() -> "no handler is named '" + name + "'; there "
                        + (handlers.isEmpty()
                                ? "is none: add the jar that provides it"
                                : "are " + String.join(", ", handlers.keySet())));
        return new TaskerException("TASKER-S102", reason);
    }
}
