package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/**
 * Run a PostgreSQL server that belongs to one worker: it starts with it, listens on 127.0.0.1 only, and ends with it,
 * even when the worker is killed.
 *
 * <p>Without a data directory the data are temporary and removed at the end; with one they stay. Writes are durable
 * ({@code fsync} is on) in both cases. A server that ends by itself is not started again: its end shows in the health.
 */
public final class EmbeddedPostgres implements DatabaseProvider, HealthContributor {
    static final SettingKey<Optional<String>> DATA_DIRECTORY = SettingKey.optionalText(
            "data-directory",
            "Where the data stay; made when missing. Without it they are temporary and removed at the end.");
    static final SettingKey<Integer> PORT = SettingKey.integer(
            "port", 0, 0, 65_535, "The port on 127.0.0.1 that the server listens on; 0 for any free one.");
    static final SettingKey<Duration> START_TIMEOUT = SettingKey.millis(
            "start-timeout-ms",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30),
            "How long the server may take to be ready, the making of new data and the recovery of old ones included.");
    static final SettingKey<Integer> MINIMUM_FREE = SettingKey.integer(
            "minimum-free-mb",
            256,
            0,
            1 << 30,
            "The health is degraded when the data's file system has less free space than this, in MiB.");
    static final SettingKey<Optional<String>> HOME = SettingKey.optionalText(
            "home",
            "The folder of the PostgreSQL to run, with bin, lib and share. Without it, the folder postgres beside the"
                    + " plugin's jar.");

    private static final System.Logger LOGGER = System.getLogger(EmbeddedPostgres.class.getName());
    private static final long MEBIBYTE = 1L << 20;

    private volatile @Nullable DataDirectory directory;
    private volatile @Nullable PostgresServer server;
    private volatile Optional<DatabaseSettings> database = Optional.empty();
    private volatile long minimumFreeBytes;

    /** Make a provider that has not started anything. */
    public EmbeddedPostgres() {}

    @Override
    public String name() {
        return "embedded-postgres";
    }

    @Override
    public List<SettingKey<?>> settings() {
        return List.of(DATA_DIRECTORY, PORT, START_TIMEOUT, MINIMUM_FREE, HOME);
    }

    /**
     * Start the server, making its data when there are none.
     *
     * @throws TaskerException {@code TASKER-D201} to {@code TASKER-D210}, each with what to do
     */
    @Override
    public void start(WorkerContext context) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Settings settings = context.settings();
        Deadline deadline = Deadline.in(settings.get(START_TIMEOUT));
        minimumFreeBytes = settings.get(MINIMUM_FREE) * MEBIBYTE;
        Platform.check(System.getProperty("os.name"), System.getProperty("os.arch"));
        PostgresHome home = PostgresHome.find(settings.get(HOME).map(Path::of));
        Installation installation = new Installation(home, Platform.commandPrefix());

        DataDirectory opened = DataDirectory.open(settings.get(DATA_DIRECTORY).map(Path::of));
        directory = opened;
        boolean fresh = !opened.isInitialised();
        if (fresh) {
            installation.initialise(opened, deadline);
        } else {
            RunningServer.awaitNone(opened.data(), deadline);
        }
        String password = opened.password();
        PostgresServer started = PostgresServer.start(installation, opened, settings.get(PORT), deadline);
        server = started;
        String url = "jdbc:postgresql://127.0.0.1:" + started.port() + "/" + Installation.DATABASE;
        database = Optional.of(new DatabaseSettings(url, Optional.of(Installation.USER), Optional.of(password)));
        LOGGER.log(
                System.Logger.Level.INFO,
                () -> "event=embedded_postgres_started url=" + url + " pid="
                        + started.process().pid() + " data_directory=" + opened.root() + " temporary="
                        + opened.isTemporary() + " new=" + fresh + " start_ms="
                        + Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    @Override
    public DatabaseSettings database() {
        return database.orElseThrow(() -> new IllegalStateException("embedded-postgres has not been started"));
    }

    @Override
    public HealthReport check() throws IOException {
        DataDirectory opened = directory;
        PostgresServer started = server;
        if (opened == null || started == null) {
            return HealthReport.unhealthy("the server has not been started", Map.of());
        }
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("pid", started.process().pid());
        details.put("port", started.port());
        details.put("data_directory", opened.root().toString());
        details.put("temporary", opened.isTemporary());
        Optional<Integer> status = started.process().status();
        if (status.isPresent()) {
            details.put("exit_status", status.get());
            return HealthReport.unhealthy(
                    "the server ended with status " + status.get() + "; restart the worker", details);
        }
        if (!opened.isInitialised()) {
            return HealthReport.unhealthy("the data in " + opened.data() + " are gone", details);
        }
        long free = Files.getFileStore(opened.data()).getUsableSpace();
        details.put("free_bytes", free);
        if (free < minimumFreeBytes) {
            return HealthReport.degraded(
                    "the file system of " + opened.data() + " has only " + free / MEBIBYTE
                            + " MiB left; free some space (embedded-postgres.minimum-free-mb is "
                            + minimumFreeBytes / MEBIBYTE + ")",
                    details);
        }
        return HealthReport.healthy(details);
    }

    /** Shut the server down, let go of its directory, and remove the directory when it is temporary. */
    @Override
    public void close() throws IOException, InterruptedException {
        PostgresServer started = server;
        DataDirectory opened = directory;
        if (opened == null) {
            return;
        }
        boolean interrupted = false;
        try {
            if (started != null) {
                started.process().close();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            throw e;
        } finally {
            if (interrupted) {
                // The watchdog finishes alone, and removes the directory after that.
                opened.unlock();
            } else {
                opened.close();
            }
        }
    }
}
