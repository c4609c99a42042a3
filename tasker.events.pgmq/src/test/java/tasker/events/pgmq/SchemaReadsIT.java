package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What readers of our schema get, in which order, and at what cost. */
class SchemaReadsIT {
    private static SchemaClient client;

    @BeforeAll
    static void install() throws Exception {
        client = SchemaClient.ofNewSchema();
    }

    @AfterAll
    static void close() throws SQLException {
        client.close();
    }

    /** A queue with messages that come due after so long, in this order; negative is in the past. */
    private static void queue(String name, int messages, String due) {
        client.rows("SELECT pgmq.create('" + name + "')");
        client.run("ALTER TABLE pgmq.q_" + name + " SET (autovacuum_enabled = off)");
        more(name, messages, due);
    }

    private static void more(String name, int messages, String due) {
        client.run("INSERT INTO pgmq.q_" + name + " (vt, message) SELECT now() + interval '" + due
                + "', jsonb_build_object('n', n) FROM generate_series(1, " + messages + ") AS n");
    }

    /**
     * Vacuum until nothing is left to do, which an older snapshot, such as autovacuum's own, can prevent for a while.
     */
    private static void vacuum(String name) throws Exception {
        Until.isTrue("rows are visible to all", () -> {
            client.run("VACUUM pgmq.q_" + name);
            return client.rows("SELECT relallvisible > relpages * 0.9 FROM pg_class WHERE oid = 'pgmq.q_" + name
                            + "'::regclass")
                    .contains("t");
        });
    }

    @Test
    void aConditionIsContainmentAndNoneTakesEverything() {
        client.rows("SELECT pgmq.create('conditions')");
        client.rows("SELECT pgmq.send_batch('conditions',"
                + " ARRAY['{\"a\": 1}', '{\"a\": 2}', 'null', '5', '[1]', '{\"a\": 1, \"b\": 2}']::jsonb[])");
        client.rows("SELECT pgmq.send('conditions', NULL::jsonb)");
        String read = "SELECT string_agg(msg_id::text, ',' ORDER BY msg_id) FROM pgmq.read('conditions', -1, 10%s)";

        assertThat(client.rows(read.formatted(""))).containsExactly("1,2,3,4,5,6,7");
        assertThat(client.rows(read.formatted(", '{}'"))).containsExactly("1,2,3,4,5,6,7");
        assertThat(client.rows(read.formatted(", NULL"))).containsExactly("1,2,3,4,5,6,7");
        assertThat(client.rows(read.formatted(", '{\"a\": 1}'"))).containsExactly("1,6");
        assertThat(client.rows(read.formatted(", '[]'"))).containsExactly("5");
        assertThat(client.rows(read.formatted(", '5'"))).containsExactly("4");
        assertThat(client.rows(read.formatted(", 'null'"))).containsExactly("3");
    }

    @Test
    void aLimitOfNullIsNoneAndAPollOfNoTimeReadsNothing() {
        queue("limits", 3, "-1 s");

        assertThat(client.rows("SELECT msg_id FROM pgmq.read('limits', -1, NULL)"))
                .containsExactly("1", "2", "3");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('limits', -1, 0)")).isEmpty();
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_with_poll('limits', -1, 1, 0)"))
                .isEmpty();
        assertThat(client.rows("SELECT msg_id FROM pgmq.read_with_poll('limits', -1, 1)"))
                .containsExactly("1");
        assertThat(client.rows("SELECT msg_id FROM pgmq.pop('limits', NULL)")).containsExactly("1", "2", "3");
        assertThat(client.failure("SELECT pgmq.pop('limits', -1)")).isEqualTo("2201W LIMIT must not be negative");
    }

    @Test
    void hiddenMessagesCostAReaderNothing() {
        queue("hidden", 100_000, "1 hour");

        assertThat(client.rows("SELECT * FROM pgmq.read('hidden', 30, 100)")).isEmpty();
        assertThat(client.blocks("SELECT * FROM pgmq.read('hidden', 30, 100)")).isLessThan(200);
        client.run("ANALYZE pgmq.q_hidden");
        assertThat(client.blocks("SELECT * FROM pgmq.read('hidden', 30, 100)")).isLessThan(200);
        assertThat(client.blocks("SELECT * FROM pgmq.pop('hidden', 100)")).isLessThan(200);

        more("hidden", 5, "-1 s");
        assertThat(client.blocks("SELECT * FROM pgmq.read('hidden', -1, 100)")).isLessThan(400);
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('hidden', -1, 3)"))
                .containsExactly("100001", "100002", "100003");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('hidden', -1, 9, '{\"n\": 4}')"))
                .containsExactly("100004");
    }

    @Test
    void aLongQueueOfVisibleMessagesIsReadFromItsFront() throws Exception {
        queue("visible", 100_000, "-1 s");
        assertThat(client.blocks("SELECT * FROM pgmq.read('visible', 30, 10)")).isLessThan(200);

        // The planner's statistics say from here on that nearly all messages are visible.
        client.run("ANALYZE pgmq.q_visible");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('visible', 30, 2)"))
                .containsExactly("11", "12");
        client.run("UPDATE pgmq.q_visible SET vt = now() + interval '1 hour'");
        vacuum("visible");
        assertThat(client.blocks("SELECT * FROM pgmq.read('visible', 30, 10)")).isLessThan(200);
    }

    @Test
    void messagesComeInTheirOrderWhereverTheDueOnesAre() {
        queue("scattered", 3_000, "1 hour");
        client.run("UPDATE pgmq.q_scattered SET vt = now() - msg_id * interval '1 s' WHERE msg_id % 500 = 1");

        assertThat(client.rows("SELECT msg_id FROM pgmq.read('scattered', -1, 100)"))
                .containsExactly("1", "501", "1001", "1501", "2001", "2501");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('scattered', -1, 4)"))
                .containsExactly("1", "501", "1001", "1501");

        // Behind many hidden ones, and too many to be looked for by the time that they became due.
        queue("behind", 5_000, "1 hour");
        more("behind", 5_000, "-1 s");
        client.run("UPDATE pgmq.q_behind SET vt = now() - interval '1 hour' WHERE msg_id = 9999");
        assertThat(client.rows("SELECT msg_id FROM pgmq.read('behind', -1, 3)"))
                .containsExactly("5001", "5002", "5003");
        client.run("UPDATE pgmq.q_behind SET vt = now() WHERE msg_id IN (2, 4000)");
        assertThat(client.rows("SELECT msg_id FROM pgmq.pop('behind', 4)"))
                .containsExactly("2", "4000", "5001", "5002");
    }

    @Test
    void readersPassByWhatOthersAreReading() throws Exception {
        queue("shared", 6, "-1 s");
        try (SchemaClient other = SchemaClient.of(TestServer.settings(database()))) {
            other.connection().setAutoCommit(false);
            assertThat(other.rows("SELECT msg_id FROM pgmq.read('shared', 60, 2)"))
                    .containsExactly("1", "2");
            assertThat(client.rows("SELECT msg_id FROM pgmq.read('shared', 60, 2)"))
                    .containsExactly("3", "4");
            other.connection().rollback();
            assertThat(client.rows("SELECT msg_id, read_ct FROM pgmq.pop('shared', 5)"))
                    .containsExactly("1 0", "2 0", "5 0", "6 0");
        }
    }

    @Test
    void metricsOfALongQueueComeFromItsIndex() throws Exception {
        queue("measured", 100_000, "-1 s");
        more("measured", 1_000, "1 hour");
        client.run("UPDATE pgmq.q_measured SET enqueued_at = now() - interval '100 s' WHERE msg_id = 1");
        vacuum("measured");
        int heap = Integer.parseInt(client.rows("SELECT relpages FROM pg_class WHERE oid = 'pgmq.q_measured'::regclass")
                .getFirst());

        assertThat(client.rows("SELECT queue_length, queue_visible_length, total_messages, default_partition_length,"
                        + " oldest_msg_age_sec >= 100, newest_msg_age_sec < oldest_msg_age_sec"
                        + " FROM pgmq.metrics('measured')"))
                .containsExactly("101000 100000 101000 null t t");
        assertThat(client.blocks("SELECT * FROM pgmq.metrics('measured')")).isLessThan(heap / 2);
    }

    private static String database() {
        return client.rows("SELECT current_database()").getFirst();
    }
}
