package tasker.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;

/** Report as a source should, but for the promise that is broken. */
public final class FakeMetrics implements MetricsSource {
    private final AtomicLong count = new AtomicLong(1_000);
    private final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
    private final AtomicReference<@Nullable MetricsSink> kept = new AtomicReference<>();
    private final TestTimer timer = new TestTimer();

    /** Made by the tests. */
    public FakeMetrics() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void collect(MetricsSink sink) {
        if (Broken.is("reportsAtOnce")) {
            return;
        }
        if (Broken.is("reportsToSeveralThreads")
                && !caller.compareAndSet(null, Thread.currentThread())
                && caller.get() != Thread.currentThread()) {
            throw new IllegalStateException("another thread has asked");
        }
        boolean back = Broken.is("countersNeverGoBack");
        sink.counter(id("namesOfCountersEndInTotal", "_total", "_count"), count.addAndGet(back ? -1 : 1));
        sink.time(id("namesOfTimesEndInSecondsTotal", "_seconds_total", "_busy_total"), 1);
        sink.histogram(id("namesOfHistogramsEndInSeconds", "_seconds", "_millis"), timer);
        MetricId gauge = MetricId.of("tasker_fake_things", "Things.");
        sink.gauge(gauge, 1);
        if (Broken.is("reportsEachSeriesOnce")) {
            sink.gauge(gauge, 2);
        }
        MetricsSink earlier = kept.getAndSet(sink);
        if (Broken.is("doesNotKeepTheSink") && earlier != null) {
            earlier.gauge(gauge, 3);
        }
    }

    private static MetricId id(String promise, String kept, String broken) {
        return MetricId.of("tasker_fake" + (Broken.is(promise) ? broken : kept), "Counts.");
    }

    /** Runs the contract. */
    static final class Contract extends MetricsSourceContract {
        @Override
        protected MetricsSource create() {
            return new FakeMetrics();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
