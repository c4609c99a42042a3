package tasker.bootstrap.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.process.StopRequest;
import tasker.events.api.TaskerException;

/**
 * Do work on a thread of its own, show how far it is, and interrupt it when it was asked to stop or cannot go on; for
 * use by one thread.
 */
final class Supervisor {
    private static final long TICK_NANOS = Duration.ofMillis(150).toNanos();
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Console console;
    private final StopRequest stop;

    Supervisor(Console console, StopRequest stop) {
        this.console = console;
        this.stop = stop;
    }

    /**
     * Do this work, and interrupt it when it must end.
     *
     * @param name names the thread
     * @param status how far the work is, in one line
     * @param hopeless why the work cannot go on; empty while it can
     * @throws TaskerException what the work throws
     */
    <T> Ending<T> run(String name, Supplier<String> status, Supplier<Optional<String>> hopeless, Callable<T> work) {
        return run(name, status, hopeless, Thread::interrupt, work);
    }

    /** Do this work, and cancel it like this when it was asked to stop. */
    <T> Ending<T> run(String name, Supplier<String> status, Runnable cancel, Callable<T> work) {
        return run(name, status, Optional::empty, thread -> cancel.run(), work);
    }

    private <T> Ending<T> run(
            String name,
            Supplier<String> status,
            Supplier<Optional<String>> hopeless,
            Consumer<Thread> cancel,
            Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofPlatform().daemon().name("tasker-demo-" + name).start(task);
        try {
            while (true) {
                boolean stopped = stop.isRequested();
                Optional<String> reason = stopped || task.isDone() ? Optional.empty() : hopeless.get();
                if (stopped || reason.isPresent()) {
                    cancel.accept(thread);
                    thread.join(GRACE);
                    return reason.<Ending<T>>map(Ending.GivenUp::new).orElseGet(Ending.Stopped::new);
                }
                console.status(status.get());
                try {
                    return new Ending.Done<>(task.get(TICK_NANOS, TimeUnit.NANOSECONDS));
                } catch (TimeoutException ignored) {
                    // Time to look again.
                }
            }
        } catch (ExecutionException e) {
            if (stop.isRequested()) {
                // Ctrl-C in a terminal reaches child processes too, and makes what waits for them fail.
                return new Ending.Stopped<>();
            }
            throw failure(name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.interrupt();
            return new Ending.Stopped<>();
        } finally {
            console.endStatus();
        }
    }

    private static TaskerException failure(String name, @Nullable Throwable cause) {
        if (cause instanceof TaskerException coded) {
            return coded;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new TaskerException("TASKER-L302", "the demonstration failed at '" + name + "': " + cause, cause);
    }
}
