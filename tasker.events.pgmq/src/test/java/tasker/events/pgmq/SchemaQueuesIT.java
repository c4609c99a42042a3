package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of queues in our schema, whatever their names. */
class SchemaQueuesIT {
    private static SchemaClient client;

    @BeforeAll
    static void install() throws Exception {
        client = SchemaClient.ofNewSchema();
    }

    @AfterAll
    static void close() throws SQLException {
        client.close();
    }

    private static List<String> rows(String sql) {
        return client.rows(sql);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {"with space", "a%s%I%", "\"quoted\"", "back\\slash", "hyphen-ed", "Ünïcödé", "{brace}?"})
    void anyOtherNameWorksInEveryFunction(String name) {
        String queue = "'" + name + "'";
        rows("SELECT pgmq.create(" + queue + ")");
        rows("SELECT pgmq.create_fifo_index(" + queue + ")");
        rows("SELECT pgmq.enable_notify_insert(" + queue + ")");
        rows("SELECT pgmq.bind_topic('any.name', " + queue + ")");
        assertThat(rows("SELECT pgmq.send(" + queue + ", '{\"a\": 1}'::jsonb)")).containsExactly("1");
        assertThat(rows("SELECT pgmq.send_batch(" + queue + ", ARRAY['2', '3', '4', '5', '6']::jsonb[])"))
                .hasSize(5);
        assertThat(rows("SELECT pgmq.send_topic('any.name', '7'::jsonb)")).containsExactly("1");
        assertThat(rows("SELECT msg_id FROM pgmq.read(" + queue + ", 0, 9, '{\"a\": 1}')"))
                .containsExactly("1");
        assertThat(rows("SELECT msg_id FROM pgmq.read_with_poll(" + queue + ", 0, 1)"))
                .containsExactly("1");
        assertThat(rows("SELECT msg_id FROM pgmq.read_grouped_rr(" + queue + ", 0, 2)"))
                .containsExactly("1", "2");
        assertThat(rows("SELECT msg_id FROM pgmq.set_vt(" + queue + ", 1::bigint, 0)"))
                .containsExactly("1");
        assertThat(rows("SELECT msg_id FROM pgmq.pop(" + queue + ", 2)")).containsExactly("1", "2");
        assertThat(rows("SELECT pgmq.archive(" + queue + ", 3::bigint), pgmq.delete(" + queue + ", 4::bigint)"))
                .containsExactly("t t");
        assertThat(rows("SELECT queue_name, queue_length FROM pgmq.metrics(" + queue + ")"))
                .containsExactly(name + " 3");
        assertThat(rows("SELECT pgmq.purge_queue(" + queue + ")")).containsExactly("3");
        assertThat(rows("SELECT pgmq.drop_queue(" + queue + ")")).containsExactly("t");
    }

    @Test
    void namesThatDifferInCaseShareTablesAndAreDroppedTogether() {
        rows("SELECT pgmq.create('Shared')");
        rows("SELECT pgmq.create('shared')");
        rows("SELECT pgmq.send('SHARED', '1'::jsonb)");
        assertThat(rows("SELECT queue_name, queue_length FROM pgmq.metrics_all() WHERE queue_name ~* 'shared'"
                        + " ORDER BY 1"))
                .containsExactly("Shared 1", "shared 1");
        assertThat(rows("SELECT pgmq.drop_queue('Shared')")).containsExactly("t");
        assertThat(rows("SELECT queue_name FROM pgmq.list_queues() WHERE queue_name ~* 'shared'"))
                .isEmpty();
    }

    @Test
    void queueTablesAreVacuumedByNumberAndMonitorsMayLook() {
        rows("SELECT pgmq.create('tuned')");
        assertThat(rows("SELECT option FROM pg_class, unnest(reloptions) AS option"
                        + " WHERE oid = 'pgmq.q_tuned'::regclass AND option ~ '^autovacuum_vacuum_(t|s)' ORDER BY 1"))
                .containsExactly("autovacuum_vacuum_scale_factor=0.02", "autovacuum_vacuum_threshold=1000");
        assertThat(rows("SELECT has_schema_privilege('pg_monitor', 'pgmq', 'USAGE'),"
                        + " has_table_privilege('pg_monitor', 'pgmq.q_tuned', 'SELECT'),"
                        + " has_sequence_privilege('pg_monitor', 'pgmq.q_tuned_msg_id_seq', 'SELECT'),"
                        + " has_table_privilege('pg_monitor', 'pgmq.meta', 'INSERT')"))
                .containsExactly("t t t f");
    }

    @Test
    void queuesAreMadeTwiceListedPurgedAndDropped() {
        rows("SELECT pgmq.create('Life')");
        rows("SELECT pgmq.create('Life')");
        rows("SELECT pgmq.create_unlogged('quick')");
        assertThat(rows("SELECT queue_name, is_partitioned, is_unlogged FROM pgmq.list_queues()"
                        + " WHERE queue_name IN ('Life', 'quick') ORDER BY 1"))
                .containsExactly("Life f f", "quick f t");
        assertThat(rows("SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'"
                        + " AND relnamespace = 'pgmq'::regnamespace AND relname ~ 'quick'"))
                .containsExactly("q_quick");

        assertThat(rows("SELECT * FROM pgmq.metrics('Life')").getFirst()).startsWith("Life 0 null null 0 ");
        rows("SELECT pgmq.send_batch('Life', ARRAY['1', '2', '3']::jsonb[])");
        assertThat(rows("SELECT pgmq.purge_queue('Life')")).containsExactly("3");
        assertThat(rows("SELECT queue_length, total_messages FROM pgmq.metrics('Life')"))
                .containsExactly("0 3");
        assertThat(rows("SELECT pgmq.drop_queue('Life')")).containsExactly("t");
        assertThat(rows("SELECT to_regclass('pgmq.q_life'), to_regclass('pgmq.a_life')"))
                .containsExactly("null null");
    }
}
