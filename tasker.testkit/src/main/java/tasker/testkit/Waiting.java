package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.function.Executable;

/** Wait for what other threads do, with a deadline that only a failure reaches; for use by one thread. */
record Waiting(Duration patience) {
    void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                fail("not within %s: %s", patience, what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    void latch(String what, CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(patience.toNanos(), TimeUnit.NANOSECONDS))
                .as("within %s: %s", patience, what)
                .isTrue();
    }

    /** Call on another thread, which is interrupted when it takes too long. */
    <T> T call(String what, Callable<T> call) throws Exception {
        return end(what, begin(call));
    }

    /** Run on another thread, which is interrupted when it takes too long. */
    void run(String what, Executable call) throws Exception {
        call(what, () -> {
            execute(call);
            return true;
        });
    }

    /** Run on so many threads at once, and throw what one of them throws. */
    void sideBySide(String what, int threads, Executable call) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        List<Call<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            calls.add(begin(() -> {
                ready.countDown();
                ready.await();
                execute(call);
                return true;
            }));
        }
        for (Call<Boolean> each : calls) {
            end(what, each);
        }
    }

    <T> Call<T> begin(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        return new Call<>(task, Thread.ofPlatform().daemon().name("testkit").start(task));
    }

    <T> T end(String what, Call<T> call) throws Exception {
        try {
            return call.task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + patience + ": " + what, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception exception ? exception : e;
        } finally {
            call.thread.interrupt();
        }
    }

    /** Hold a call that runs on another thread. */
    record Call<T>(FutureTask<T> task, Thread thread) {}

    @SuppressWarnings("IllegalCatch")
    private static void execute(Executable call) throws Exception {
        try {
            call.execute();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
