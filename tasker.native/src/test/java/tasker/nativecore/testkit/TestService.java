package tasker.nativecore.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.WorkerContext;

/** Note the calls of its life in a list that services share, and do at each what a test says. */
public class TestService implements MetricsSource {
    private final String name;
    private final List<String> calls;
    private volatile Start onStart = context -> {};
    private volatile Close onClose = () -> {};

    /** A service of this name that notes its calls here. */
    public TestService(String name, List<String> calls) {
        this.name = name;
        this.calls = calls;
    }

    /** A list to note calls in. */
    public static List<String> calls() {
        return new CopyOnWriteArrayList<>();
    }

    /** Do this at the start. */
    public TestService onStart(Start action) {
        onStart = action;
        return this;
    }

    /** Do this at the close. */
    public TestService onClose(Close action) {
        onClose = action;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(WorkerContext context) throws Exception {
        calls.add("start " + name);
        onStart.start(context);
    }

    @Override
    public void collect(MetricsSink sink) {
        calls.add("collect " + name);
    }

    @Override
    public void close() throws Exception {
        calls.add("close " + name);
        onClose.close();
    }

    /** Do something at the start. */
    @FunctionalInterface
    public interface Start {
        /** Do it. */
        void start(WorkerContext context) throws Exception;
    }

    /** Do something at the close. */
    @FunctionalInterface
    public interface Close {
        /** Do it. */
        void close() throws Exception;
    }
}
