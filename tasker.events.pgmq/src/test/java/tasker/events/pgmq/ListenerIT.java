package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.DatabaseSettings;

/** What becomes of the listener's thread when those whom it tells fail, and when it is closed at a bad moment. */
class ListenerIT {
    private static final QueueName QUEUE = QueueName.of("orders");

    private final DatabaseSettings database = TestServer.newDatabase();
    private final TestWorker worker = new TestWorker(database, "orders");
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    private Listener listener(Consumer<QueueName> heard) {
        Target target = Target.of(database);
        PgmqSettings settings = PgmqSettings.read(worker.settings());
        Connector connector = new Connector(() -> database, target, settings, "worker-1");
        return new Listener(connector, target, settings, new PgmqMeters(worker.meters()), heard);
    }

    private void announce() {
        TestServer.sql(database, "NOTIFY \"" + QUEUE.channel() + '"');
    }

    @Test
    void whatFailsWhileItIsToldEndsNoListening() throws Exception {
        AtomicInteger told = new AtomicInteger();
        Listener listener = listener(queue -> {
            // The first time is when it begins to listen.
            if (told.incrementAndGet() == 2) {
                throw new IllegalStateException("a bug of whoever is told");
            }
        });
        try {
            listener.want(QUEUE);
            Until.isTrue("it listens", () -> listener.state() == Listener.State.LISTENING);
            announce();
            Until.isTrue(
                    "it has begun anew",
                    () -> worker.counted("tasker_pgmq_listener_reconnects_total") == 1
                            && listener.state() == Listener.State.LISTENING);
            int before = told.get();
            announce();
            Until.isTrue("it tells as before", () -> told.get() > before);
        } finally {
            listener.close();
        }
        assertThat(listener.state()).isEqualTo(Listener.State.CLOSED);
    }

    @Test
    void aListenerThatIsClosedWhileItBeginsStaysClosed() throws Exception {
        CountDownLatch beginning = new CountDownLatch(1);
        Listener listener = listener(queue -> {
            beginning.countDown();
            try {
                assertThat(release.await(5, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        listener.want(QUEUE);
        assertThat(beginning.await(60, TimeUnit.SECONDS)).isTrue();
        listener.close();
        release.countDown();
        // Waits for its thread, which has got its connection and may think that it listens.
        listener.close();
        assertThat(listener.state()).isEqualTo(Listener.State.CLOSED);
    }
}
