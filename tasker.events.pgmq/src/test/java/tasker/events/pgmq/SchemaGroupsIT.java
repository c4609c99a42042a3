package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading in the order of groups, which the header {@code x-pgmq-group} names. */
class SchemaGroupsIT {
    private static SchemaClient client;

    @BeforeAll
    static void install() throws Exception {
        client = SchemaClient.ofNewSchema();
    }

    @AfterAll
    static void close() throws SQLException {
        client.close();
    }

    /** Messages 1 to 9 of the groups A A A B B C - - A. */
    private static void queue(String name) {
        client.rows("SELECT pgmq.create('" + name + "')");
        client.rows("SELECT pgmq.send('" + name + "', '{}'::jsonb,"
                + " CASE WHEN g <> '-' THEN jsonb_build_object('x-pgmq-group', g) END)"
                + " FROM unnest(string_to_array('A A A B B C - - A', ' ')) AS g");
    }

    private static void showAll(String name) {
        client.run("UPDATE pgmq.q_" + name + " SET vt = clock_timestamp()");
    }

    private static String read(String function, String queue, int qty) {
        return String.join(
                ",", client.rows("SELECT msg_id FROM pgmq." + function + "('" + queue + "', 60, " + qty + ")"));
    }

    @Test
    void aGroupIsReadToItsEndBeforeTheNext() {
        queue("ends");
        assertThat(read("read_grouped", "ends", 5)).isEqualTo("1,2,3,4,9");
        assertThat(read("read_grouped", "ends", 5))
                .as("A is taken, B's first too")
                .isEqualTo("6,7,8");
        assertThat(read("read_grouped", "ends", 5)).isEmpty();
        client.rows("SELECT pgmq.delete('ends', 4::bigint)");
        assertThat(read("read_grouped", "ends", 5)).isEqualTo("5");
    }

    @Test
    void groupsTakeTurns() {
        queue("turns");
        assertThat(read("read_grouped_rr", "turns", 6)).isEqualTo("1,4,6,7,2,5");
        assertThat(read("read_grouped_rr", "turns", 6)).isEmpty();
        showAll("turns");
        assertThat(read("read_grouped_rr", "turns", 99)).isEqualTo("1,4,6,7,2,5,8,3,9");
    }

    @Test
    void eachGroupGivesItsHead() {
        queue("heads");
        assertThat(read("read_grouped_head", "heads", 2)).isEqualTo("1,4");
        assertThat(read("read_grouped_head", "heads", 9)).isEqualTo("6,7");
        assertThat(read("read_grouped_head", "heads", 9)).isEmpty();
        client.rows("SELECT pgmq.archive('heads', 4::bigint)");
        assertThat(read("read_grouped_head", "heads", 9)).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_grouped", "read_grouped_rr", "read_grouped_head"})
    void aGroupWaitsForItsOldestMessage(String function) {
        String queue = "waits_" + function;
        queue(queue);
        client.run("UPDATE pgmq.q_" + queue + " SET vt = now() + interval '1 hour' WHERE msg_id IN (1, 5, 8)");

        // A waits for 1; what is hidden behind B's and the nameless group's head is passed by.
        assertThat(read(function, queue, 99)).isEqualTo("4,6,7");
        assertThat(client.rows("SELECT msg_id, read_ct, last_read_at IS NOT NULL, vt > now() + interval '50 s'"
                        + " FROM pgmq.q_" + queue + " WHERE read_ct > 0 ORDER BY msg_id"))
                .containsExactly("4 1 t t", "6 1 t t", "7 1 t t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_grouped", "read_grouped_rr", "read_grouped_head"})
    void noTwoReadersTakeFromOneGroupAtATime(String function) throws Exception {
        String queue = "alone_" + function;
        queue(queue);
        try (SchemaClient other = SchemaClient.of(
                TestServer.settings(client.rows("SELECT current_database()").getFirst()))) {
            other.connection().setAutoCommit(false);
            assertThat(other.rows("SELECT msg_id FROM pgmq." + function + "('" + queue + "', 60, 1)"))
                    .containsExactly("1");
            assertThat(read(function, queue, 1)).as("not the second of A").isEqualTo("4");
            other.connection().commit();
        }
        assertThat(read(function, queue, 1)).isEqualTo("6");
    }

    @Test
    void polledReadsWaitAndGiveUp() {
        queue("polled");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_with_poll('polled', 60, 3, 5, 10)"))
                .containsExactly("1", "2", "3");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_rr_with_poll('polled', 60, 3, 5, 10)"))
                .containsExactly("4", "6", "7");
        showAll("polled");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_head_with_poll('polled', 1, 9, 5, 10)"))
                .containsExactly("1", "4", "6", "7");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_head_with_poll('polled', 60, 1, 60, 10)"))
                .as("when it is visible again")
                .containsExactly("1");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_with_poll('polled', 60, 3, 0)"))
                .isEmpty();
    }

    @Test
    void limitsAreThoseOfPgmq() {
        queue("limits");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped('limits', -1, NULL)"))
                .isEmpty();
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_rr('limits', -1, -1)"))
                .isEmpty();
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_grouped_head('limits', -1, NULL)"))
                .containsExactly("1", "4", "6", "7");
        assertThat(client.failure("SELECT pgmq.read_grouped('limits', -1, -1)"))
                .isEqualTo("2201W LIMIT must not be negative");
        assertThat(client.failure("SELECT pgmq.read_grouped_head('nope', 1, 1)"))
                .isEqualTo("42P01 relation \"pgmq.q_nope\" does not exist");
    }

    @Test
    void anEmptyNameIsAGroupAndNoNameIsTheDefaultOne() {
        client.rows("SELECT pgmq.create('names')");
        client.rows("SELECT pgmq.send('names', '{}'::jsonb, h::jsonb) FROM unnest(ARRAY['{\"x-pgmq-group\": \"\"}',"
                + " '{\"x-pgmq-group\": null}', '[]', NULL, '{\"x-pgmq-group\": \"_default_fifo_group\"}']) AS h");
        assertThat(read("read_grouped_head", "names", 9)).isEqualTo("1,2");
    }

    @Test
    void fifoIndexesAreMadeOnceForOneQueueOrAll() {
        queue("indexed");
        client.rows("SELECT pgmq.create_fifo_index('indexed')");
        client.rows("SELECT pgmq.create_fifo_indexes_all()");
        assertThat(client.rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'pgmq' AND indexdef LIKE '%gin%'"
                        + " AND tablename IN ('q_indexed', 'q_orders_domain_events') ORDER BY 1"))
                .containsExactly("q_indexed_fifo_idx", "q_orders_domain_events_fifo_idx");
    }
}
