package tasker.nativecore.testkit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.WorkerContext;

/** Pretend to run a database. */
public class TestDatabase implements DatabaseProvider, HealthContributor {
    private final String name;
    private final List<String> calls;

    /** A provider of this name that notes its calls here. */
    public TestDatabase(String name, List<String> calls) {
        this.name = name;
        this.calls = calls;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(WorkerContext context) throws Exception {
        calls.add("start " + name);
    }

    @Override
    public DatabaseSettings database() {
        return new DatabaseSettings("jdbc:test:" + name, Optional.empty(), Optional.empty());
    }

    @Override
    public HealthReport check() {
        return HealthReport.healthy(Map.of());
    }

    @Override
    public void close() throws Exception {
        calls.add("close " + name);
    }
}
