package tasker.bootstrap.process;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remember that this process was asked to stop, and wake the threads that work or wait; safe for use by many threads.
 *
 * <p>The first request is for an orderly end. The second one ends the process at once.
 */
public final class StopRequest {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final Consumer<StopSignal> first;
    private final Consumer<StopSignal> second;
    private final Set<Runnable> reactions = new LinkedHashSet<>();
    private @Nullable StopSignal signal;

    /**
     * Do this with the first signal, and that with each later one.
     *
     * @param first called on the thread that brings the signal
     * @param second called on the thread that brings the signal
     */
    public StopRequest(Consumer<StopSignal> first, Consumer<StopSignal> second) {
        this.first = first;
        this.second = second;
    }

    /** Ask to stop. */
    public void request(StopSignal why) {
        boolean isFirst;
        synchronized (this) {
            isFirst = signal == null;
            if (isFirst) {
                signal = why;
                requested.countDown();
                reactions.forEach(Runnable::run);
            }
        }
        (isFirst ? first : second).accept(why);
    }

    /** The first signal; empty while there is none. */
    public synchronized Optional<StopSignal> signal() {
        return Optional.ofNullable(signal);
    }

    /** Whether it was asked to stop. */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Wait for the first request. */
    public void await() throws InterruptedException {
        requested.await();
    }

    /** Wait for the first request at most this long; whether it came. */
    public boolean await(long nanos) throws InterruptedException {
        return requested.await(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Do work on this thread that the first request interrupts, at its beginning when it came before.
     *
     * @return what the work returned; the thread is not interrupted any more
     */
    public <T, E extends Exception> T interrupting(Work<T, E> work) throws E {
        Runnable reaction = Thread.currentThread()::interrupt;
        add(reaction);
        try {
            return work.run();
        } finally {
            synchronized (this) {
                reactions.remove(reaction);
                if (signal != null) {
                    Thread.interrupted();
                }
            }
        }
    }

    /**
     * Do work on this thread that the first request cancels, at its beginning when it came before.
     *
     * @param cancel makes the work end; called on a thread of its own
     * @return what the work returned
     */
    public <T, E extends Exception> T cancelling(Runnable cancel, Work<T, E> work) throws E {
        Runnable reaction =
                () -> Thread.ofPlatform().daemon().name("tasker-stop").start(cancel);
        add(reaction);
        try {
            return work.run();
        } finally {
            synchronized (this) {
                reactions.remove(reaction);
            }
        }
    }

    private synchronized void add(Runnable reaction) {
        reactions.add(reaction);
        if (signal != null) {
            reaction.run();
        }
    }

    /**
     * Work that may be interrupted.
     *
     * @param <T> what it returns
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        /** Do the work. */
        T run() throws E;
    }
}
