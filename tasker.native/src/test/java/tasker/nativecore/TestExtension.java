package tasker.nativecore;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Take a worker and pretend to answer somewhere. */
final class TestExtension implements WorkerExtension {
    static final URI ENDPOINT = URI.create("http://127.0.0.1:8081/");

    private @Nullable WorkerSystem worker;

    Optional<WorkerSystem> worker() {
        return Optional.ofNullable(worker);
    }

    @Override
    public String name() {
        return "shop-window";
    }

    @Override
    public void attach(WorkerSystem system) {
        worker = system;
    }

    @Override
    public Optional<URI> endpoint() {
        return Optional.of(ENDPOINT);
    }
}
