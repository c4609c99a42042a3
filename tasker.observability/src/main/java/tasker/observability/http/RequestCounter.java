package tasker.observability.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;

/** Count requests by path and status; safe for use by many threads. */
final class RequestCounter {
    private static final MetricId REQUESTS =
            MetricId.of("tasker_http_requests_total", "Requests by path and status; status 0 was never answered.");

    private final Meters meters;
    private final Map<Key, Meters.Counter> counters = new ConcurrentHashMap<>();

    RequestCounter(Meters meters) {
        this.meters = meters;
    }

    /**
     * Count one request.
     *
     * @param path one of the routes' paths, or {@code other}, so that no client can make new series
     */
    void count(String path, int status) {
        counters.computeIfAbsent(new Key(path, status), this::counter).increment();
    }

    private Meters.Counter counter(Key key) {
        return meters.counter(REQUESTS.with("path", key.path()).with("status", Integer.toString(key.status())));
    }

    private record Key(String path, int status) {}
}
