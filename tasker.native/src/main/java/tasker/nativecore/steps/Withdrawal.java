package tasker.nativecore.steps;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasker.nativecore.steps.Parking.Parked;

/**
 * Take handlers away while all others go on: let their steps end, or give them to those that come in their place.
 *
 * <p>From the beginning on they take no more steps. Where they are replaced, the steps that wait are parked, and those
 * that are submitted meanwhile are, too; else steps that wait are run to their end as well, as when the worker closes.
 * For use by one thread, and one such at a time; it must {@link #close} what it has begun.
 */
public final class Withdrawal implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Handlers handlers;
    private final Parking parking;
    private final Dispatcher dispatcher;
    private final StepRunner runner;
    private final boolean replaced;
    private final List<RegisteredHandler> taken = new ArrayList<>();
    private final List<HandlerFigures> figures = new ArrayList<>();
    private final Set<HandlerLife> mine;
    private final long abandonedBefore;

    Withdrawal(
            Handlers handlers,
            Parking parking,
            Dispatcher dispatcher,
            StepRunner runner,
            Collection<String> names,
            boolean replaced) {
        this.handlers = handlers;
        this.parking = parking;
        this.dispatcher = dispatcher;
        this.runner = runner;
        this.replaced = replaced;
        for (String name : names) {
            if (replaced && handlers.find(name) != null) {
                parking.open(name, handlers.absent(name));
            }
            @Nullable RegisteredHandler handler = handlers.remove(name);
            if (handler != null) {
                taken.add(handler);
                figures.add(handler.figures());
            }
        }
        mine = taken.stream().map(RegisteredHandler::life).collect(Collectors.toSet());
        abandonedBefore = abandoned();
    }

    /** Wait until the steps that the handlers have taken are over, or this time; tells how many are not. */
    public long drain(long deadlineNanos) throws InterruptedException {
        while (true) {
            if (replaced) {
                takeOut(this::park);
            }
            long left = mine.stream().mapToLong(life -> life.steps().inside()).sum();
            if (left == 0 || System.nanoTime() - deadlineNanos >= 0) {
                return left;
            }
            pause();
        }
    }

    /**
     * End what {@link #drain} has left: interrupt the handlers, and let none of their steps begin; then wait until all
     * are over, or this time, and tell how many are not.
     */
    public long interrupt(long deadlineNanos) throws InterruptedException {
        mine.forEach(HandlerLife::revoke);
        Predicate<StepRun> isMine = this::isMine;
        while (true) {
            takeOut(replaced ? this::park : this::reject);
            runner.interrupt(isMine);
            long left = mine.stream().mapToLong(life -> life.steps().inside()).sum();
            if (left == 0 || System.nanoTime() - deadlineNanos >= 0) {
                return left;
            }
            pause();
        }
    }

    /** Wait until the events of the steps are published, or this time; tells how many are not. */
    public long drainEvents(long deadlineNanos) throws InterruptedException {
        long left = 0;
        for (HandlerLife life : mine) {
            life.events().awaitEmpty(deadlineNanos);
            left += life.events().inside();
        }
        return left;
    }

    /** How many runs of the handlers ignored their interrupt, and may go on although their steps have ended. */
    public long leftBehind() {
        return abandoned() - abandonedBefore;
    }

    private long abandoned() {
        return figures.stream().mapToLong(HandlerFigures::abandoned).sum();
    }

    /** Give the steps that are parked to the handlers that have their names now; those without one end. */
    @Override
    public void close() {
        mine.forEach(HandlerLife::revoke);
        for (RegisteredHandler handler : taken) {
            @Nullable RegisteredHandler standIn = parking.find(handler.name());
            parking.close(handler.name()).forEach(this::goOn);
            if (standIn != null) {
                standIn.life().retire();
            }
        }
        taken.clear();
        dispatcher.renewThreads();
        dispatcher.dispatch();
    }

    private boolean isMine(StepRun run) {
        return mine.contains(run.handler().life());
    }

    private void takeOut(Taker taker) {
        dispatcher.takeOut(this::isMine, (run, since) -> taker.take(run, since, false));
        runner.retries().takeOut(this::isMine, (run, due) -> taker.take(run, due, true));
    }

    /** Whoever else ends the step at this moment has it. */
    private void park(StepRun run, long nanos, boolean retried) {
        RegisteredHandler standIn = parking.find(run.handler().name());
        if (standIn != null && run.end()) {
            standIn.life().steps().enter();
            run.handler().life().steps().leave();
            parking.park(new Parked(run.under(standIn), nanos, retried));
        }
    }

    /** On a thread of its own, since the completion channel may be full. */
    private void reject(StepRun run, long nanos, boolean retried) {
        Thread.startVirtualThread(() -> runner.reject(run));
    }

    private void goOn(Parked parked) {
        RegisteredHandler standIn = parked.run().handler();
        @Nullable RegisteredHandler next = handlers.find(standIn.name());
        if (next == null || !next.life().steps().enter()) {
            reject(parked.run(), parked.sinceNanos(), parked.retried());
            return;
        }
        StepRun run = parked.run().under(next);
        standIn.life().steps().leave();
        if (parked.retried()) {
            runner.retries().addUntil(run, parked.sinceNanos());
            runner.lookAt(parked.sinceNanos());
        } else {
            dispatcher.putBack(run, parked.sinceNanos());
        }
    }

    private void pause() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.parkNanos(this, LOOK_NANOS);
    }

    /** Take one step that waited. */
    @FunctionalInterface
    private interface Taker {
        void take(StepRun run, long nanos, boolean retried);
    }
}
