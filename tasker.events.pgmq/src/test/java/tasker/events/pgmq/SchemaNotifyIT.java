package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What listeners hear of new messages. */
class SchemaNotifyIT {
    private static SchemaClient client;
    private static SchemaClient listener;

    @BeforeAll
    static void install() throws Exception {
        client = SchemaClient.ofNewSchema();
        listener = SchemaClient.of(
                TestServer.settings(client.rows("SELECT current_database()").getFirst()));
    }

    @AfterAll
    static void close() throws SQLException {
        listener.close();
        client.close();
    }

    /** What was heard by now: a marker that is notified last tells that all before it has arrived. */
    private static List<String> heard() throws SQLException {
        client.run("NOTIFY marker");
        PGConnection connection = listener.connection().unwrap(PGConnection.class);
        Stream.Builder<String> heard = Stream.builder();
        for (boolean marked = false; !marked; ) {
            PGNotification[] batch = connection.getNotifications(60_000);
            assertThat(batch).as("the marker").isNotEmpty();
            Arrays.stream(batch).map(n -> n.getName() + n.getParameter()).forEach(heard);
            marked = batch[batch.length - 1].getName().equals("marker");
        }
        return heard.build().filter(name -> !name.equals("marker")).toList();
    }

    private static void listen(String queue) {
        listener.run("LISTEN marker");
        listener.run("LISTEN \"pgmq.q_" + queue + ".INSERT\"");
    }

    private static void send(String queue) {
        client.rows("SELECT pgmq.send('" + queue + "', '1'::jsonb)");
    }

    @Test
    void listenersAreNotifiedAsOftenAsTheThrottleAllows() throws SQLException {
        client.rows("SELECT pgmq.create('loud')");
        listen("loud");
        client.rows("SELECT pgmq.enable_notify_insert('loud', 3600000)");
        assertThat(client.rows("SELECT * FROM pgmq.list_notify_insert_throttles() WHERE queue_name = 'loud'"))
                .containsExactly("loud 3600000 1970-01-01 00:00:00+00");

        send("loud");
        assertThat(heard()).containsExactly("pgmq.q_loud.INSERT");
        send("loud");
        assertThat(heard()).as("throttled").isEmpty();
        client.rows("SELECT pgmq.update_notify_insert('loud', 0)");
        send("loud");
        assertThat(heard()).hasSize(1);
        client.rows("SELECT pgmq.send_batch('loud', ARRAY['1', '2']::jsonb[])");
        assertThat(heard()).as("once a transaction").hasSize(1);
        assertThat(client.rows("SELECT last_notified_at > now() - interval '1 hour'"
                        + " FROM pgmq.list_notify_insert_throttles() WHERE queue_name = 'loud'"))
                .containsExactly("t");

        client.rows("SELECT pgmq.disable_notify_insert('loud')");
        client.rows("SELECT pgmq.disable_notify_insert('loud')");
        send("loud");
        assertThat(heard()).isEmpty();
        client.rows("SELECT pgmq.enable_notify_insert('loud')");
        assertThat(client.rows("SELECT pgmq.drop_queue('loud')")).containsExactly("t");
        assertThat(client.rows("SELECT count(*) FROM pgmq.notify_insert_throttle WHERE queue_name = 'loud'"))
                .containsExactly("0");
    }

    @Test
    void aNameOfMixedCaseIsHeardByThatName() throws SQLException {
        client.rows("SELECT pgmq.create('MixedCase')");
        listen("MixedCase");
        client.rows("SELECT pgmq.enable_notify_insert('MixedCase', 0)");
        send("MixedCase");
        send("mixedcase");
        assertThat(heard()).containsExactly("pgmq.q_MixedCase.INSERT", "pgmq.q_MixedCase.INSERT");
    }

    @Test
    void notificationsGoOnAfterACrashEmptiedTheThrottles() throws SQLException {
        client.rows("SELECT pgmq.create('crashed')");
        listen("crashed");
        client.rows("SELECT pgmq.enable_notify_insert('crashed', 3600000)");
        send("crashed");
        assertThat(heard()).hasSize(1);

        client.run("DELETE FROM pgmq.notify_insert_throttle WHERE queue_name = 'crashed'");
        send("crashed");
        assertThat(heard()).containsExactly("pgmq.q_crashed.INSERT");
        send("crashed");
        assertThat(heard()).as("throttled as before").isEmpty();
    }

    @Test
    void whatCannotBeEnabledIsTold() {
        client.rows("SELECT pgmq.create('quiet')");
        assertThat(client.failure("SELECT pgmq.enable_notify_insert('nope')"))
                .isEqualTo("P0001 Queue \"nope\" does not exist. Create it first using pgmq.create()");
        assertThat(client.failure("SELECT pgmq.enable_notify_insert('quiet', -1)"))
                .isEqualTo("P0001 throttle_interval_ms must be non-negative");
        assertThat(client.failure("SELECT pgmq.update_notify_insert('quiet', -1)"))
                .isEqualTo("P0001 throttle_interval_ms must be non-negative, got: -1");
        assertThat(client.failure("SELECT pgmq.update_notify_insert('nope', 1)"))
                .isEqualTo("P0001 Queue \"nope\" does not exist. Create the queue first using pgmq.create()");
        assertThat(client.failure("SELECT pgmq.update_notify_insert('quiet', 1)"))
                .isEqualTo("P0001 Queue \"quiet\" does not have notify_insert enabled. Enable it first using"
                        + " pgmq.enable_notify_insert()");
        assertThat(client.rows("SELECT pgmq.disable_notify_insert('nope')")).hasSize(1);
    }
}
