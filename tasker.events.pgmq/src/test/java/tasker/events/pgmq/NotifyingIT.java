package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tasker.events.api.DomainEvent;

/** Whom a publish wakes. */
class NotifyingIT extends EventsFixture {
    private static DomainEvent event(String note) {
        return DomainEvent.of("order.created", Map.of("note", note), "orders");
    }

    @Test
    void aListenerIsWokenOnceACommitUnlessTheQueuesOwnTriggerDoesIt() throws Exception {
        try (Connection listening = TestServer.connect(database);
                Statement statement = listening.createStatement()) {
            statement.execute("LISTEN \"pgmq.q_orders_domain_events.INSERT\"");
            transport.publisher().publishAll(List.of(event("a"), event("b"), event("c")));
            assertThat(notifications(listening)).isEqualTo(1);

            // The throttle swallows what comes within its interval, and then nobody may notify in its place.
            statement.execute("SELECT pgmq.enable_notify_insert('orders_domain_events', 3600000)");
            transport.publisher().publish(event("d"));
            assertThat(notifications(listening)).isEqualTo(1);
            transport.publisher().publish(event("e"));
            statement.execute("NOTIFY \"pgmq.q_orders_domain_events.INSERT\", 'the last one'");
            assertThat(notifications(listening)).isEqualTo(1);
        }
    }

    private static int notifications(Connection listening) throws SQLException {
        PGNotification[] notifications = listening.unwrap(PGConnection.class).getNotifications(60_000);
        return notifications == null ? 0 : notifications.length;
    }

    @Test
    void withoutNotifyNobodyIsWoken() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("notify", "false"));
        try (Connection listening = TestServer.connect(database);
                Statement statement = listening.createStatement()) {
            statement.execute("LISTEN \"pgmq.q_orders_domain_events.INSERT\"");
            transport.publisher().publish(event("a"));
            statement.execute("NOTIFY \"pgmq.q_orders_domain_events.INSERT\", 'the last one'");
            assertThat(notifications(listening)).isEqualTo(1);
        }
    }
}
