package tasker.nativecore;

import java.net.URI;
import java.util.Optional;
import tasker.events.api.spi.WorkerService;

/** Show or drive a worker from within its process, such as an HTTP server does. */
public interface WorkerExtension extends WorkerService {
    /** Take the worker. Called once, before {@link #start}, on the thread that starts the worker. */
    void attach(WorkerSystem worker);

    /** Where the extension answers, once it has started; empty when nowhere. Called from any thread. */
    default Optional<URI> endpoint() {
        return Optional.empty();
    }
}
