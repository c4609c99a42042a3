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
 * the operating system at once. Requests that take long by their nature, such as event streams, have threads of their
 * own, which those that come quickly to an end may use, too. Clients that are slow can take all of them, but never the
 * virtual ones.
 */
final class RequestThreads implements Executor, AutoCloseable {
    static final int QUICK_THREADS = 16;
    static final int LASTING_THREADS = 64;

    private static final long IDLE_SECONDS = Duration.ofMinutes(1).toSeconds();

    private final ExecutorService virtual = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("tasker-http-virtual-", 0).factory());
    private final ExecutorService lasting = pool(LASTING_THREADS, "tasker-http-lasting-", virtual);
    private final ExecutorService quick = pool(QUICK_THREADS, "tasker-http-", lasting);

    @Override
    public void execute(Runnable request) {
        quick.execute(request);
    }

    /** Run what may take long. */
    void executeLasting(Runnable request) {
        lasting.execute(request);
    }

    /** Interrupt everything that runs. */
    @Override
    public void close() {
        quick.shutdownNow();
        lasting.shutdownNow();
        virtual.shutdownNow();
    }

    /** Up to so many threads, as they are needed, and what is beyond them to the next. */
    private static ExecutorService pool(int most, String name, Executor next) {
        return new ThreadPoolExecutor(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name(name, 0).factory(),
                (request, pool) -> next.execute(request));
    }
}
