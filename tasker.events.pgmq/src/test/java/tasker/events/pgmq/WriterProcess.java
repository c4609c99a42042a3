package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** Run a {@link Writer}, and follow what it writes down. */
final class WriterProcess implements AutoCloseable {
    static final int CALLERS = 48;

    /** The bound on a publish, in milliseconds. */
    static final long BOUND = 2_000;

    private final JvmProcess process;
    private final Ledger ledger;

    /** Settings for a writer whose server answers all the time: bounds that a machine that is busy keeps to. */
    static final String[] PATIENT = {"publish-timeout-ms=10000", "query-timeout-ms=10000"};

    /** Start it on this database, with more settings as {@code name=value}, and return when it publishes. */
    WriterProcess(Path folder, DatabaseSettings database, String... more) throws Exception {
        this(folder, database, 64, CALLERS, more);
    }

    WriterProcess(Path folder, DatabaseSettings database, int heapMebibytes, int callers, String... more)
            throws Exception {
        Path log = Files.createTempFile(folder, "writer", ".log");
        List<String> arguments = new ArrayList<>(List.of(
                "log=" + log,
                "callers=" + callers,
                "url=" + database.url(),
                "publish-timeout-ms=" + BOUND,
                "query-timeout-ms=" + BOUND,
                "connect-timeout-ms=1000",
                "degraded-queue-length=0"));
        database.user().ifPresent(user -> arguments.add("user=" + user));
        database.password().ifPresent(password -> arguments.add("password=" + password));
        arguments.addAll(List.of(more));
        process = new JvmProcess(Writer.class, heapMebibytes, arguments);
        ledger = new Ledger(log);
        awaitReturned(100);
    }

    Ledger ledger() throws Exception {
        return ledger.read();
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        Until.isTrue(what, () -> {
            assertThat(process.isAlive()).as("the writer lives").isTrue();
            ledger.read();
            return condition.call();
        });
    }

    /** Wait until so many more publishes have returned. */
    void awaitReturned(int more) throws Exception {
        int before = ledger.read().returned();
        await(more + " more events are published", () -> ledger.returned() >= before + more);
    }

    /** Wait until so many more publishes have failed with a message that matches. */
    void awaitFailed(int more, String pattern) throws Exception {
        int before = ledger.read().failures().size();
        Pattern wanted = Pattern.compile(pattern);
        await(more + " publishes fail, and one of them by " + pattern, () -> {
            List<String> failures = ledger.failures();
            return failures.size() >= before + more
                    && failures.subList(before, failures.size()).stream()
                            .anyMatch(message -> wanted.matcher(message).find());
        });
    }

    void awaitHealth(HealthStatus status, String pattern) throws Exception {
        Pattern wanted = Pattern.compile(pattern);
        await(
                "health is " + status,
                () -> ledger.isHealth(status) && wanted.matcher(ledger.health()).find());
    }

    void awaitHealthyAgain() throws Exception {
        awaitHealth(HealthStatus.HEALTHY, "");
        awaitReturned(200);
    }

    /** How much heap is in use after a collection, in MiB. */
    long heapMebibytes() throws Exception {
        int before = ledger.read().heap().size();
        process.order("collect");
        await("the heap is measured", () -> ledger.heap().size() > before);
        return ledger.heap().getLast() / (1_024 * 1_024);
    }

    void killOutright() {
        process.killOutright();
    }

    /** Let it end what it does, and then itself. */
    void stop() throws Exception {
        process.order("stop");
        process.awaitEnd();
    }

    /** Compare what it wrote down with what is there. */
    Ledger.Tally check(List<String> found) throws Exception {
        return ledger.read().check(found, BOUND);
    }

    @Override
    public void close() {
        process.close();
    }
}
