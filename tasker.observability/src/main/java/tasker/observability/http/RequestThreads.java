package tasker.observability.http;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Run requests on platform threads, and on virtual ones when those are taken; safe for use by many threads.
 *
 * <p>Handlers of steps run on virtual threads and keep a carrier for as long as they compute. A probe on a virtual
 * thread would wait until all that are before it have had their turn; one on a platform thread is given a processor by
 * the operating system at once. Clients that are slow can take the few platform threads, but never the virtual ones;
 * and what takes long by its nature, such as an event stream, runs on a virtual one from the start.
 */
final class RequestThreads implements Executor, AutoCloseable {
    private static final int PLATFORM_THREADS = 16;
    private static final long IDLE_SECONDS = Duration.ofMinutes(1).toSeconds();

    private final ExecutorService virtual = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("tasker-http-", 0).factory());
    private final ThreadPoolExecutor platform = new ThreadPoolExecutor(
            0,
            PLATFORM_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("tasker-http-platform-", 0).factory(),
            (request, pool) -> virtual.execute(request));

    @Override
    public void execute(Runnable request) {
        platform.execute(request);
    }

    /** Run what may take long. */
    void executeLasting(Runnable request) {
        virtual.execute(request);
    }

    /** Interrupt everything that runs. */
    @Override
    public void close() {
        platform.shutdownNow();
        virtual.shutdownNow();
    }
}
