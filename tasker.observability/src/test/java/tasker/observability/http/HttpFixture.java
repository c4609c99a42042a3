package tasker.observability.http;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tasker.events.api.spi.MetricId;
import tasker.observability.TestContext;

/** Serve a {@link TestWorker} on a free port, and stop after each test. */
final class HttpFixture implements AfterEachCallback {
    final TestWorker worker = new TestWorker();
    final HttpObservability http;
    private TestContext context = new TestContext(Map.of());

    HttpFixture() {
        this(new HttpObservability());
    }

    /** Serve with a server that was made for the test. */
    HttpFixture(HttpObservability http) {
        this.http = http;
    }

    /** Start with these settings: names and values by turns. */
    URI start(String... settings) {
        Map<String, String> values = new HashMap<>(Map.of("port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        http.attach(worker);
        context = new TestContext(values);
        http.start(context);
        return http.endpoint().orElseThrow();
    }

    /** What the server counted under this id. */
    long count(MetricId id) {
        return context.count(id);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        http.close();
    }
}
