package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hear what other processes write, by LISTEN on a connection of its own, which is opened when somebody first waits for
 * a queue, and opened again when it is lost.
 *
 * <p>PGMQ's trigger and Tasker's publishers notify the channel {@code pgmq.q_<queue>.INSERT}. Notifications can be lost
 * with the connection, and not every writer sends them: whoever waits still looks from time to time. Safe for use by
 * many threads; one thread of its own holds the connection.
 */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** How long a newly wanted queue may have to wait until it is listened for. */
    private static final int LOOK_MILLIS = 200;

    /** A server that says nothing this long is asked whether it is still there. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long JOIN_MILLIS = 1_000;

    private final Connector connector;
    private final Target target;
    private final int answerMillis;
    private final PgmqMeters meters;
    private final Consumer<QueueName> heard;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<QueueName, Integer> wanted = new HashMap<>();
    private @Nullable Thread thread;
    private @Nullable Connection connection;
    private volatile State state = State.OFF;

    /** How the connection stands. */
    enum State {
        /** Nobody has waited yet. */
        OFF,
        /** The first connection is being opened. */
        CONNECTING,
        /** Notifications come. */
        LISTENING,
        /** The connection is lost; consumers poll meanwhile. */
        RECONNECTING,
        /** The transport is closed. */
        CLOSED
    }

    /** Tell of each notification's queue to {@code heard}, on the listener's thread. */
    Listener(Connector connector, Target target, PgmqSettings settings, PgmqMeters meters, Consumer<QueueName> heard) {
        this.connector = connector;
        this.target = target;
        this.answerMillis = Math.toIntExact(settings.queryTimeout().toMillis());
        this.meters = meters;
        this.heard = heard;
    }

    State state() {
        return state;
    }

    /** Listen for this queue too, from a moment later on. */
    synchronized void want(QueueName queue) {
        wanted.merge(queue, 1, Integer::sum);
        if (thread == null && closed.getCount() > 0) {
            state = State.CONNECTING;
            thread = Thread.ofPlatform().daemon().name("tasker-pgmq-listener").start(this::run);
        }
    }

    /** Listen for this queue no more, unless others still want it. */
    synchronized void unwant(QueueName queue) {
        wanted.computeIfPresent(queue, (ignored, count) -> count > 1 ? count - 1 : null);
    }

    private synchronized Set<QueueName> wanted() {
        return Set.copyOf(wanted.keySet());
    }

    private void run() {
        long pause = 50;
        while (closed.getCount() > 0) {
            try (Connection opened = connector.connect()) {
                if (!use(opened)) {
                    return;
                }
                Session session = new Session(opened);
                session.begin();
                pause = 50;
                noteListening();
                session.listen();
            } catch (SQLException e) {
                noteLost(DatabaseErrors.oneLine(e));
            } catch (RuntimeException | Error e) {
                // Whatever it is: without this thread nobody would hear of anything any more.
                LOG.error("event=pgmq_listener_failed", e);
                noteLost(e.toString());
            } finally {
                drop();
            }
            if (isClosedWithin(pause)) {
                return;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    /** Let the close reach this connection; {@code false} when that came first. */
    private synchronized boolean use(Connection opened) {
        connection = opened;
        return closed.getCount() > 0;
    }

    private synchronized void drop() {
        connection = null;
    }

    private synchronized void noteListening() {
        if (closed.getCount() == 0) {
            return;
        }
        if (state == State.RECONNECTING) {
            meters.listenerReconnected();
        }
        state = State.LISTENING;
        LOG.info("event=pgmq_listening database={}/{}", target.host(), target.database());
    }

    private synchronized void noteLost(String reason) {
        if (closed.getCount() == 0) {
            return;
        }
        if (state != State.RECONNECTING) {
            LOG.warn("event=pgmq_listener_lost database={}/{} reason=\"{}\"", target.host(), target.database(), reason);
        }
        state = State.RECONNECTING;
    }

    private boolean isClosedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException ignored) {
            return true;
        }
    }

    /** Stop listening; a thread that is still opening a connection ends by itself once that is over. */
    void close() throws InterruptedException {
        closed.countDown();
        @Nullable Thread listening;
        synchronized (this) {
            state = State.CLOSED;
            listening = thread;
            if (connection != null) {
                try {
                    connection.abort(Thread::startVirtualThread);
                } catch (SQLException ignored) {
                    // It is closed already.
                }
            }
        }
        if (listening != null) {
            listening.join(JOIN_MILLIS);
        }
    }

    /** Use one connection as long as it lives; for use by the listener's thread. */
    private final class Session {
        private final Connection connection;
        private final PGConnection driver;
        private final Map<String, QueueName> channels = new HashMap<>();
        private long answeredNanos = System.nanoTime();

        Session(Connection connection) throws SQLException {
            this.connection = connection;
            driver = connection.unwrap(PGConnection.class);
            connection.setNetworkTimeout(Runnable::run, answerMillis);
        }

        void begin() throws SQLException {
            followWanted();
        }

        void listen() throws SQLException {
            while (closed.getCount() > 0) {
                PGNotification[] notifications = driver.getNotifications(LOOK_MILLIS);
                if (notifications != null && notifications.length > 0) {
                    answeredNanos = System.nanoTime();
                    tell(notifications);
                } else if (System.nanoTime() - answeredNanos > SILENCE_NANOS) {
                    execute("SELECT 1");
                }
                followWanted();
            }
        }

        private void tell(PGNotification[] notifications) {
            meters.notified(notifications.length);
            Set<QueueName> queues = new HashSet<>();
            for (PGNotification notification : notifications) {
                QueueName queue = channels.get(notification.getName());
                if (queue != null) {
                    queues.add(queue);
                }
            }
            queues.forEach(heard);
        }

        private void followWanted() throws SQLException {
            Set<QueueName> now = wanted();
            for (QueueName queue : now) {
                if (channels.putIfAbsent(queue.channel(), queue) == null) {
                    execute("LISTEN \"" + queue.channel() + '"');
                    // What was written before the server listened was not told.
                    heard.accept(queue);
                }
            }
            for (Map.Entry<String, QueueName> channel : Map.copyOf(channels).entrySet()) {
                if (!now.contains(channel.getValue())) {
                    execute("UNLISTEN \"" + channel.getKey() + '"');
                    channels.remove(channel.getKey());
                }
            }
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
            answeredNanos = System.nanoTime();
        }
    }
}
