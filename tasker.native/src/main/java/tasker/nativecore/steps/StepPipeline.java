package tasker.nativecore.steps;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.config.WhenFull;
import tasker.nativecore.guard.Gate;
import tasker.nativecore.metrics.SlidingWindow;
import tasker.nativecore.routing.EventRouter;
import tasker.nativecore.tracing.Tracing;

/**
 * Lead steps from submission to outcome: a bounded dispatch channel, virtual threads that take steps from it and run
 * their handlers, a bounded completion channel, one completer.
 *
 * <p>Everything that waits is bounded: steps by the dispatch channel, outcomes by the completion channel and the
 * handlers that may run at once. When all is full, {@link #submit} waits. Safe for use by many threads.
 */
public final class StepPipeline {
    private final PipelineLimits limits;
    private final Map<String, RegisteredHandler> handlers = new ConcurrentHashMap<>();
    private final Map<String, String> missing = new ConcurrentHashMap<>();
    private final Gate gate = new Gate();
    private final BoundedChannel<StepRun> dispatch;
    private final BoundedChannel<Completed> completion;
    private final StepSlots slots;
    private final StepRunner runner;
    private final Dispatcher dispatcher;
    private final Completer completer;
    private final StepEvents events;
    private final Intake intake = new Intake();
    private final boolean hasSink;
    private volatile Optional<PayloadChecks> checks = Optional.empty();
    private volatile boolean closed;

    /**
     * Prepare a pipeline whose threads do not run yet.
     *
     * @param limits bounds the work
     * @param workerId names the worker in events and logs
     * @param router publishes the events of handlers
     * @param tracing records what handlers do
     * @param sink takes every outcome; without one, each step ends on its own thread
     */
    public StepPipeline(
            PipelineLimits limits,
            String workerId,
            EventRouter router,
            Tracing tracing,
            Optional<Consumer<StepOutcome>> sink) {
        this.limits = limits;
        dispatch = new BoundedChannel<>(limits.dispatchBuffer());
        completion = new BoundedChannel<>(limits.completionBuffer());
        slots = new StepSlots(limits.maxConcurrent(), limits.maxConcurrent() + limits.completionBuffer());
        events = new StepEvents(workerId, router, limits.completionBuffer());
        hasSink = sink.isPresent();
        completer = new Completer(completion, slots, sink.orElse(outcome -> {}), events, gate, this::dispatchMore);
        runner = new StepRunner(limits, workerId, router, tracing, slots, new Exit());
        dispatcher = new Dispatcher(dispatch, runner, slots, limits);
    }

    private void dispatchMore() {
        dispatcher.dispatch();
    }

    /** Check the payloads of events that handlers declare with this validator, from the next handler on. */
    public void validateWith(PayloadValidator chosen) {
        checks = Optional.of(new PayloadChecks(chosen));
    }

    /** Run the steps of this name with this handler, which has started. */
    public void register(String name, StepHandler handler) {
        handlers.put(name, RegisteredHandler.of(name, handler, limits, checks));
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
        runner.startTimer();
        dispatcher.open();
    }

    /**
     * Hand over one step; while the dispatch channel is full, wait or refuse, as it was chosen.
     *
     * @throws TaskerException {@code TASKER-S102} when no handler has the name, {@code TASKER-S106} when the result
     *     sink itself submits while the channel is full, {@code TASKER-S110} when the channel is full and such steps
     *     are refused, {@code TASKER-W202} when the pipeline is closed
     * @throws InterruptedException when the waiting thread is interrupted; the step was not taken
     */
    public CompletableFuture<StepOutcome> submit(StepRequest request, StepLimits stepLimits)
            throws InterruptedException {
        intake.submitted.increment();
        RegisteredHandler handler = handlers.get(request.handler());
        if (handler == null) {
            intake.unknown.increment();
            throw unknown(request.handler());
        }
        if (!gate.enter()) {
            intake.closed.increment();
            throw closed();
        }
        StepRun run = new StepRun(request, handler, stepLimits);
        boolean taken = false;
        try {
            put(run);
            taken = true;
        } finally {
            if (!taken) {
                gate.leave();
            }
        }
        dispatcher.dispatch();
        return run.future();
    }

    /** Whether a handler of this name has started. */
    public boolean knows(String handler) {
        return handlers.containsKey(handler);
    }

    /** Whether any handler has started. */
    public boolean hasHandlers() {
        return !handlers.isEmpty();
    }

    /**
     * Run a step of a source to its end, which is told to this settling instead of being tried again here. The source
     * hands over no more steps than may wait.
     *
     * @return whether the step was taken; otherwise the pipeline is being closed
     */
    public boolean submit(StepRequest request, StepLimits stepLimits, StepSettling settling)
            throws InterruptedException {
        RegisteredHandler handler = handlers.get(request.handler());
        if (handler == null || !gate.enter()) {
            return false;
        }
        StepRun run = new StepRun(request, handler, stepLimits, settling);
        intake.submitted.increment();
        boolean taken = false;
        try {
            taken = dispatch.put(run, this::isStopping) && !(isStopping() && run.end());
        } finally {
            if (!taken) {
                dispatch.remove(run);
                gate.leave();
                intake.closed.increment();
            }
        }
        dispatcher.dispatch();
        return taken;
    }

    private void put(StepRun run) throws InterruptedException {
        boolean waits = limits.whenFull() == WhenFull.WAIT && !completer.isCurrentThread();
        try {
            boolean there = waits ? dispatch.put(run, this::isStopping) : dispatch.offer(run, 0);
            // It is not full as long as what waits in it could start.
            while (!there && !waits && (dispatcher.startFirst() || dispatcher.isStarting())) {
                there = dispatch.offer(run, 0);
            }
            if (!there && !waits) {
                intake.full.increment();
                throw full();
            }
            // Stopped meanwhile: either the step is found in the channel and ended, or it is taken back here.
            if (!there || (isStopping() && run.end())) {
                dispatch.remove(run);
                intake.closed.increment();
                throw closed();
            }
        } catch (InterruptedException e) {
            intake.interrupted.increment();
            throw e;
        }
    }

    private boolean isStopping() {
        return closed || dispatcher.isRejecting();
    }

    private TaskerException full() {
        if (completer.isCurrentThread()) {
            return new TaskerException(
                    "TASKER-S106",
                    "the result sink submits a step while " + limits.dispatchBuffer()
                            + " wait; submit from another thread, since the sink must not wait for itself");
        }
        return new TaskerException(
                "TASKER-S110",
                "the dispatch channel is full, " + limits.dispatchBuffer()
                        + " steps wait; submit the step again later, or set worker.dispatch-when-full to wait");
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
        checks.ifPresent(PayloadChecks::close);
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
        return runner.isTimerAlive() && completer.isAlive() && events.isAlive();
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
                runner.retries().size() + dispatcher.waitingAgain(),
                intake.figures(),
                completion.figures(),
                recentExecution(),
                dispatcher.starved(),
                completer.sinkErrors(),
                events.failed(),
                events.skipped(),
                events.hookErrors(),
                events.pending(),
                runner.isTimerAlive(),
                completer.isAlive(),
                events.isAlive());
    }

    private void rejectRest() {
        // No more than could be there when it was closed: those that come later take themselves back.
        int most = limits.dispatchBuffer() + runner.retries().size() + dispatcher.waitingAgain();
        for (int i = 0; i < most; i++) {
            StepRun left = dispatcher.pollAny();
            if (left == null) {
                return;
            }
            runner.reject(left);
        }
    }

    private Distribution recentExecution() {
        return SlidingWindow.current(handlers.values().stream()
                .map(handler -> handler.figures().recentExecution())
                .toList());
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
                                : "are " + String.join(", ", new TreeSet<>(handlers.keySet()))));
        return new TaskerException("TASKER-S102", reason);
    }

    /** Lead what leaves the runner to the completer, and fill the places that become free. */
    private final class Exit implements StepRunner.Exit {
        @Override
        public void completed(Completed completed) {
            if (completed.run().settling().isPresent()) {
                dispatcher.dispatch();
                if (!completer.settle(completed, completed.run().settling().get())) {
                    return;
                }
            }
            if (!hasSink) {
                completer.completeHere(completed);
                return;
            }
            // Without waiting first, so that it is not late because this thread dispatches for others.
            boolean sent = completer.trySend(completed);
            dispatcher.dispatch();
            if (!sent) {
                completer.send(completed);
            }
        }

        @Override
        public boolean completedHere(Completed completed) {
            StepRun run = completed.run();
            boolean settles = run.settling().isPresent();
            if (!hasSink && !settles && completer.endsAtOnce(run)) {
                slots.leave();
                // What a caller chains at this very moment runs here, and this thread looks for no step meanwhile.
                runner.lookSoonAfter(completed);
                completer.end(completed);
                return true;
            }
            slots.leavePermit();
            // When the channel to the sink has room, the thread looks for another step at once: nobody else needs to.
            if (hasSink && !settles && completer.trySend(completed)) {
                return true;
            }
            completed(completed);
            return false;
        }

        @Override
        public void retried() {
            slots.leaveRoom();
            // What was added while the pipeline stopped is ended with the rest.
            if (closed) {
                rejectRest();
            } else {
                dispatcher.dispatch();
            }
        }

        @Override
        public boolean mayRetry() {
            return !isStopping();
        }

        @Override
        public void maybeDue() {
            dispatcher.tryAgain();
            // The close does not find steps that are on their way from the one queue to the other.
            if (closed) {
                rejectRest();
            }
        }
    }
}
