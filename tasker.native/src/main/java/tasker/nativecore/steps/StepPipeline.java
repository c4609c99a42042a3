package tasker.nativecore.steps;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepHandler;
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
    private final Handlers handlers;
    private final Parking parking = new Parking();
    private final BoundedChannel<StepRun> dispatch;
    private final BoundedChannel<Completed> completion;
    private final StepSlots slots;
    private final StepRunner runner;
    private final Dispatcher dispatcher;
    private final Completer completer;
    private final StepEvents events;
    private final Admission admission;
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
        handlers = new Handlers(limits);
        dispatch = new BoundedChannel<>(limits.dispatchBuffer());
        completion = new BoundedChannel<>(limits.completionBuffer());
        slots = new StepSlots(limits.maxConcurrent(), limits.maxConcurrent() + limits.completionBuffer());
        events = new StepEvents(workerId, router, limits.completionBuffer());
        hasSink = sink.isPresent();
        completer = new Completer(completion, slots, sink.orElse(outcome -> {}), events, this::dispatchMore);
        runner = new StepRunner(limits, workerId, router, tracing, slots, new Exit());
        dispatcher = new Dispatcher(dispatch, runner, slots, limits);
        admission = new Admission(limits, handlers, parking, dispatch, dispatcher, completer, intake);
    }

    private void dispatchMore() {
        dispatcher.dispatch();
    }

    /**
     * Check the payloads of events that handlers declare with this validator, from the next handler on, unless there is
     * one; tells whether it is used.
     */
    public boolean validateWith(PayloadValidator chosen) {
        if (checks.isPresent()) {
            return false;
        }
        checks = Optional.of(new PayloadChecks(chosen));
        return true;
    }

    /** The handlers whose events this validator checks. */
    public Set<String> validatedBy(PayloadValidator validator) {
        return checks.filter(known -> known.isBy(validator)).isPresent() ? handlers.withSchemas() : Set.of();
    }

    /** Check nothing with this validator any more. */
    public void stopValidating(PayloadValidator validator) {
        checks.filter(known -> known.isBy(validator)).ifPresent(known -> {
            checks = Optional.empty();
            known.close();
        });
    }

    /** Run the steps of this name with this handler, which has started. */
    public void register(String name, StepHandler handler) {
        handlers.register(name, handler, checks);
    }

    /** Refuse the steps of this name for this reason. */
    public void registerMissing(String name, String reason) {
        handlers.registerMissing(name, reason);
    }

    /**
     * Take no more steps for these names, and let those that were taken end.
     *
     * @param replaced whether others come in their place, which get the steps that wait and those that still come
     */
    public Withdrawal withdraw(Collection<String> names, boolean replaced) {
        return new Withdrawal(handlers, parking, dispatcher, runner, names, replaced);
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
        return admission.submit(request, stepLimits);
    }

    /** Whether a handler of this name is there, or is being replaced. */
    public boolean knows(String handler) {
        return admission.find(handler) != null;
    }

    /** The names of the handlers that are there, sorted. */
    public Set<String> handlerNames() {
        return handlers.names();
    }

    /**
     * Run a step of a source to its end, which is told to this settling instead of being tried again here. The source
     * hands over no more steps than may wait.
     *
     * @return whether the step was taken; otherwise the pipeline is being closed, or the handler was taken away
     */
    public boolean submit(StepRequest request, StepLimits stepLimits, StepSettling settling)
            throws InterruptedException {
        return admission.submit(request, stepLimits, settling);
    }

    private boolean isStopping() {
        return closed || dispatcher.isRejecting();
    }

    /** Take no more steps, and wait until all have ended or the deadline has passed; tells how many have not. */
    public long drain(long deadlineNanos) throws InterruptedException {
        handlers.close();
        handlers.awaitEmpty(HandlerLife::steps, deadlineNanos);
        return handlers.inside(HandlerLife::steps);
    }

    /**
     * End what {@link #drain} has left: interrupt handlers, refuse what waits, and leave behind what ignores that; then
     * wait until all has ended or the deadline has passed.
     */
    public long interrupt(long deadlineNanos) throws InterruptedException {
        dispatcher.rejectAll();
        runner.interruptAll();
        if (!handlers.awaitEmpty(HandlerLife::steps, deadlineNanos)) {
            completer.interrupt();
        }
        return handlers.inside(HandlerLife::steps);
    }

    /** Wait until the events of ended steps are published or the deadline has passed; tells how many are not. */
    public long drainEvents(long deadlineNanos) throws InterruptedException {
        handlers.awaitEmpty(HandlerLife::events, deadlineNanos);
        return handlers.inside(HandlerLife::events);
    }

    /**
     * Stop the threads, without waiting. Steps that were not started end as such, results that the sink has not taken
     * reach those who wait for them, and those who wait to submit are refused.
     */
    public void close() {
        handlers.close();
        dispatcher.close();
        completer.close();
        // After the completer, which from now on takes results without waiting for the sink.
        closed = true;
        admission.close();
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

    /** How the steps of each handler ended, by its name, those included that are gone. */
    public Map<String, HandlerFigures> handlers() {
        return handlers.figures();
    }

    /** How the pipeline stands now. */
    public PipelineFigures figures() {
        return new PipelineFigures(
                runner.inProgress(),
                waiting(),
                runner.retries().size() + dispatcher.waitingAgain(),
                intake.figures(),
                completion.figures(),
                recentExecution(),
                dispatcher.starved(),
                completer.sinkErrors(),
                events.failed(),
                events.skipped(),
                events.hookErrors(),
                handlers.inside(HandlerLife::events),
                runner.isTimerAlive(),
                completer.isAlive(),
                events.isAlive());
    }

    /** What is parked waits for a handler, too. */
    private ChannelFigures waiting() {
        ChannelFigures channel = dispatch.figures();
        return new ChannelFigures(channel.pending() + parking.size(), channel.capacity(), channel.oldestNanos());
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
        return SlidingWindow.current(handlers.figures().values().stream()
                .map(HandlerFigures::recentExecution)
                .toList());
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
