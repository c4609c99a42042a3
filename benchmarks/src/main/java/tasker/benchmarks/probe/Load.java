package tasker.benchmarks.probe;

import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;

/** Give a worker as many steps as it takes, of one kind at a time; started and stopped by one thread. */
final class Load {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final WorkerSystem worker;
    private volatile boolean wanted;
    private @Nullable Thread submitter;

    Load(WorkerSystem worker) {
        this.worker = worker;
    }

    /** Keep the dispatch channel full of steps for this handler. */
    void start(String handler) {
        wanted = true;
        submitter = Thread.ofPlatform().name("submitter").start(() -> submit(handler));
    }

    /** Submit no more, and wait for what was submitted. */
    void stop() throws InterruptedException {
        wanted = false;
        if (submitter != null) {
            submitter.join();
            submitter = null;
        }
        while (worker.metrics().stepsInProgress() > 0 || worker.metrics().dispatchChannelPending() > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void submit(String handler) {
        try {
            while (wanted) {
                Future<?> ignored = worker.submit(StepRequest.of(handler, Map.of()));
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    /** Do nothing, well. */
    record Empty(LongAdder done) implements StepHandler {
        static final String NAME = "empty";
        private static final StepResult DONE = StepResult.success(Map.of());

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public StepResult handle(StepContext context) {
            done.increment();
            return DONE;
        }
    }

    /** Compute for a millisecond, without a pause in which another virtual thread could run. */
    record Busy() implements StepHandler {
        static final String NAME = "busy";
        private static final long NANOS = 1_000_000;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public StepResult handle(StepContext context) {
            long end = System.nanoTime() + NANOS;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Empty.DONE;
        }
    }
}
