package tasker.nativecore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.guard.Foreign;

/** Ask one source on a thread of its own, and keep what it reports until that is wanted. */
final class MetricsScrape implements MetricsSink {
    private final MetricsSource source;
    private final List<Consumer<MetricsSink>> reported = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Throwable failure;

    MetricsScrape(String name, MetricsSource source) {
        this.source = source;
        // Not a virtual thread: that would wait behind every handler that computes, and its figures be left out.
        thread = Thread.ofPlatform().daemon().name("tasker-metrics-" + name).start(this::run);
    }

    /** Wait until the source has answered or the deadline has passed; tells whether it has. */
    boolean await(long deadlineNanos) throws InterruptedException {
        return done.await(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Hand on what was reported, once the source has answered. */
    void replay(MetricsSink sink) {
        reported.forEach(each -> each.accept(sink));
    }

    /** What the source has thrown, once it has answered. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try {
            Foreign.run(source, () -> source.collect(this));
        } catch (Throwable e) {
            failure = e;
        } finally {
            done.countDown();
        }
    }

    @Override
    public void counter(MetricId id, long value) {
        reported.add(sink -> sink.counter(id, value));
    }

    @Override
    public void counter(MetricId id, long value, Optional<Exemplar> exemplar) {
        reported.add(sink -> sink.counter(id, value, exemplar));
    }

    @Override
    public void time(MetricId id, long nanos) {
        reported.add(sink -> sink.time(id, nanos));
    }

    @Override
    public void gauge(MetricId id, double value) {
        reported.add(sink -> sink.gauge(id, value));
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        reported.add(sink -> sink.histogram(id, distribution));
    }
}
