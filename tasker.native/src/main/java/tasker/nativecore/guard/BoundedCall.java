package tasker.nativecore.guard;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Run foreign code on a thread of its own and wait for it no longer than a limit; safe for use by many threads.
 *
 * <p>A call that takes longer is interrupted and left behind on its daemon thread, with all that it refers to: no more
 * can be done about it in Java. One that ends the process cannot be kept from that either, but the log then says who it
 * was; only {@link Runtime#halt} leaves no time for that.
 */
public final class BoundedCall {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCall.class);

    private BoundedCall() {}

    /**
     * Make a call.
     *
     * @param what is called, for the log
     * @throws TimeoutException when it took too long
     * @throws Throwable what the call has thrown
     */
    public static <T> T within(Duration limit, String what, Callable<T> call) throws Throwable {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = Thread.ofPlatform().daemon().name("tasker-foreign-call").unstarted(task);
        Thread witness = new Thread(() -> tellOfExit(what, thread), "tasker-exit-witness");
        LOG.debug("event=foreign_call what={}", what);
        boolean watched = watch(witness);
        thread.start();
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        } catch (ExecutionException e) {
            throw Optional.ofNullable(e.getCause()).orElse(e);
        } finally {
            // Does nothing to a call that has ended; one that has not is interrupted.
            task.cancel(true);
            if (watched) {
                unwatch(witness);
            }
        }
    }

    private static boolean watch(Thread witness) {
        try {
            Runtime.getRuntime().addShutdownHook(witness);
            return true;
        } catch (IllegalStateException ignored) {
            // The process is ending already.
            return false;
        }
    }

    private static void unwatch(Thread witness) {
        try {
            Runtime.getRuntime().removeShutdownHook(witness);
        } catch (IllegalStateException ignored) {
            // The process is ending: the witness is needed.
        }
    }

    private static void tellOfExit(String what, Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        boolean exits = Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
        if (exits) {
            String caller = Arrays.stream(stack)
                    .filter(frame -> !frame.getClassName().startsWith("java.lang."))
                    .findFirst()
                    .map(StackTraceElement::toString)
                    .orElse("an unknown place");
            LOG.error("event=exit_called code=TASKER-P211 by={} at={}", what, caller);
        }
    }
}
