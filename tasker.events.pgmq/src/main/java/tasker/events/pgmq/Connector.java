package tasker.events.pgmq;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;

/**
 * Open connections for the pool: patiently, so that a server that is away costs one quiet attempt a moment and is found
 * again as soon as it is back.
 *
 * <p>HikariCP would wait up to five seconds between attempts, and would tell the callers that time ran out rather than
 * why. Safe for use by many threads.
 */
final class Connector implements DataSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final PGSimpleDataSource driver = new PGSimpleDataSource();
    private final int connectSeconds;
    private final String onConnect;
    private final Supplier<DatabaseSettings> present;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Target target;
    private volatile @Nullable SQLException lastFailure;

    /**
     * Make a connector.
     *
     * @param present the settings as they are now: a password that is kept in a file may change
     */
    Connector(Supplier<DatabaseSettings> present, Target target, PgmqSettings settings, String workerId) {
        DatabaseSettings database = present.get();
        this.present = present;
        this.target = target;
        connectSeconds = wholeSeconds(settings.connectTimeout());
        driver.setURL(database.url());
        database.user().ifPresent(driver::setUser);
        database.password().ifPresent(driver::setPassword);
        driver.setConnectTimeout(connectSeconds);
        driver.setLoginTimeout(connectSeconds);
        driver.setTcpKeepAlive(true);
        Duration longest = settings.publishTimeout().compareTo(settings.queryTimeout()) > 0
                ? settings.publishTimeout()
                : settings.queryTimeout();
        driver.setSocketTimeout(wholeSeconds(longest));
        if (!database.url().contains(PGProperty.APPLICATION_NAME.getName() + '=')) {
            driver.setApplicationName("tasker/" + workerId);
        }
        // What a server acknowledges without synchronous_commit is lost when it is killed a moment later.
        onConnect = "SET statement_timeout = " + settings.statementTimeout().toMillis()
                + "; SELECT set_config('synchronous_commit', 'on', false)"
                + " WHERE current_setting('synchronous_commit') = 'off'";
    }

    /**
     * Open one connection, with one attempt.
     *
     * @throws SQLException when that fails
     */
    Connection connect() throws SQLException {
        Connection connection = open();
        try (Statement statement = connection.createStatement()) {
            statement.execute(onConnect);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Log in, once more where the password has changed. */
    private Connection open() throws SQLException {
        try {
            return driver.getConnection();
        } catch (SQLException e) {
            if (SqlStates.isLoginRefused(e) && takesNewPassword(e)) {
                return driver.getConnection();
            }
            throw e;
        }
    }

    private boolean takesNewPassword(SQLException refusal) {
        @Nullable String password;
        try {
            password = present.get().password().orElse(null);
        } catch (TaskerException e) {
            refusal.addSuppressed(e);
            return false;
        }
        synchronized (driver) {
            if (Objects.equals(password, driver.getPassword())) {
                return false;
            }
            driver.setPassword(password);
        }
        LOG.info("event=database_password_changed database={}/{}", target.host(), target.database());
        return true;
    }

    /** Open one connection, with as many attempts as it takes, until this connector is closed. */
    @Override
    public Connection getConnection() throws SQLException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                Connection connection = connect();
                if (lastFailure != null) {
                    LOG.info("event=database_back database={}/{}", target.host(), target.database());
                    lastFailure = null;
                }
                return connection;
            } catch (SQLException e) {
                if (lastFailure == null) {
                    String reason = DatabaseErrors.of(e, target).getMessage();
                    LOG.warn(
                            "event=database_away database={}/{} reason=\"{}\"",
                            target.host(),
                            target.database(),
                            reason);
                }
                lastFailure = e;
                if (isClosedWithin(pause)) {
                    throw e;
                }
            }
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
    }

    /** Why the last attempt failed; empty when it succeeded. */
    Optional<SQLException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Stop trying. */
    @Override
    public void close() {
        closed.countDown();
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static int wholeSeconds(Duration duration) {
        return Math.toIntExact((duration.toMillis() + 999) / 1_000);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the account comes from the configuration");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // The driver logs through java.util.logging.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The pool would shorten it to the time that one of its callers waits.
    }

    @Override
    public int getLoginTimeout() {
        return connectSeconds;
    }

    @Override
    public java.util.logging.Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return driver.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return driver.isWrapperFor(type);
    }
}
