package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What any client of PGMQ may rely on, in plain SQL. */
class CompatibleSchemaIT {
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

    private static String columns(String type) {
        return rows("SELECT string_agg(attname || ' ' || format_type(atttypid, NULL)"
                        + " || CASE WHEN attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY attnum)"
                        + " FROM pg_attribute WHERE attrelid = '" + type + "'::regclass AND attnum > 0")
                .getFirst();
    }

    @Test
    void tablesAndTypesHaveTheirColumnsInOrder() {
        rows("SELECT pgmq.create('columns')");

        assertThat(columns("pgmq.meta"))
                .isEqualTo("queue_name character varying not null, is_partitioned boolean not null,"
                        + " is_unlogged boolean not null, created_at timestamp with time zone not null");
        assertThat(columns("pgmq.q_columns"))
                .isEqualTo("msg_id bigint not null, read_ct integer not null,"
                        + " enqueued_at timestamp with time zone not null, last_read_at timestamp with time zone,"
                        + " vt timestamp with time zone not null, message jsonb, headers jsonb");
        assertThat(columns("pgmq.a_columns"))
                .isEqualTo("msg_id bigint not null, read_ct integer not null,"
                        + " enqueued_at timestamp with time zone not null, last_read_at timestamp with time zone,"
                        + " archived_at timestamp with time zone not null, vt timestamp with time zone not null,"
                        + " message jsonb, headers jsonb");
        assertThat(columns("pgmq.message_record"))
                .isEqualTo("msg_id bigint, read_ct integer, enqueued_at timestamp with time zone,"
                        + " last_read_at timestamp with time zone, vt timestamp with time zone, message jsonb,"
                        + " headers jsonb");
        assertThat(columns("pgmq.metrics_result"))
                .isEqualTo("queue_name text, queue_length bigint, newest_msg_age_sec integer,"
                        + " oldest_msg_age_sec integer, total_messages bigint, scrape_time timestamp with time zone,"
                        + " queue_visible_length bigint, default_partition_length bigint");
        assertThat(columns("pgmq.topic_bindings"))
                .isEqualTo("pattern text not null, queue_name text not null,"
                        + " bound_at timestamp with time zone not null, compiled_regex text");
        assertThat(rows("SELECT conname FROM pg_constraint WHERE connamespace = 'pgmq'::regnamespace"
                        + " AND contype = 'f' ORDER BY 1"))
                .containsExactly("notify_insert_throttle_meta_queue_name_fk", "topic_bindings_meta_queue_name_fk");
        assertThat(rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'pgmq' AND tablename ~ '_columns$'"
                        + " ORDER BY indexname"))
                .containsExactly("a_columns_pkey", "archived_at_idx_columns", "q_columns_pkey", "q_columns_vt_idx");
        assertThat(rows("SELECT pg_get_serial_sequence('pgmq.q_columns', 'msg_id')"))
                .containsExactly("pgmq.q_columns_msg_id_seq");
    }

    @Test
    void functionsHaveTheirSignatures() {
        assertThat(rows("SELECT proname || '(' || pg_get_function_arguments(oid) || ') '"
                        + " || pg_get_function_result(oid) FROM pg_proc"
                        + " WHERE pronamespace = 'pgmq'::regnamespace"
                        + " AND proname !~ '^_' AND proname <> 'notify_queue_listeners'"
                        + " ORDER BY 1"))
                .containsExactly(
                        "acquire_queue_lock(queue_name text) void",
                        "archive(queue_name text, msg_id bigint) boolean",
                        "archive(queue_name text, msg_ids bigint[]) SETOF bigint",
                        "bind_topic(pattern text, queue_name text) void",
                        "create(queue_name text) void",
                        "create_fifo_index(queue_name text) void",
                        "create_fifo_indexes_all() void",
                        "create_non_partitioned(queue_name text) void",
                        "create_partitioned(queue_name text, partition_interval text DEFAULT '10000'::text,"
                                + " retention_interval text DEFAULT '100000'::text, premake integer DEFAULT 4) void",
                        "create_unlogged(queue_name text) void",
                        "delete(queue_name text, msg_id bigint) boolean",
                        "delete(queue_name text, msg_ids bigint[]) SETOF bigint",
                        "detach_archive(queue_name text) void",
                        "disable_notify_insert(queue_name text) void",
                        "drop_queue(queue_name text) boolean",
                        "drop_queue(queue_name text, partitioned boolean) boolean",
                        "enable_notify_insert(queue_name text, throttle_interval_ms integer DEFAULT 250) void",
                        "format_table_name(queue_name text, prefix text) text",
                        "list_notify_insert_throttles() TABLE(queue_name text, throttle_interval_ms integer,"
                                + " last_notified_at timestamp with time zone)",
                        "list_queues() SETOF pgmq.queue_record",
                        "list_topic_bindings() TABLE(pattern text, queue_name text,"
                                + " bound_at timestamp with time zone, compiled_regex text)",
                        "list_topic_bindings(queue_name text) TABLE(pattern text, queue_name text,"
                                + " bound_at timestamp with time zone, compiled_regex text)",
                        "metrics(queue_name text) pgmq.metrics_result",
                        "metrics_all() SETOF pgmq.metrics_result",
                        "pop(queue_name text, qty integer DEFAULT 1) SETOF pgmq.message_record",
                        "purge_queue(queue_name text) bigint",
                        "read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}'::jsonb)"
                                + " SETOF pgmq.message_record",
                        "read_grouped(queue_name text, vt integer, qty integer) SETOF pgmq.message_record",
                        "read_grouped_head(queue_name text, vt integer, qty integer) SETOF pgmq.message_record",
                        "read_grouped_head_with_poll(queue_name text, vt integer, qty integer,"
                                + " max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)"
                                + " SETOF pgmq.message_record",
                        "read_grouped_rr(queue_name text, vt integer, qty integer) SETOF pgmq.message_record",
                        "read_grouped_rr_with_poll(queue_name text, vt integer, qty integer,"
                                + " max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)"
                                + " SETOF pgmq.message_record",
                        "read_grouped_with_poll(queue_name text, vt integer, qty integer,"
                                + " max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)"
                                + " SETOF pgmq.message_record",
                        "read_with_poll(queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5,"
                                + " poll_interval_ms integer DEFAULT 100, conditional jsonb DEFAULT '{}'::jsonb)"
                                + " SETOF pgmq.message_record",
                        "send(queue_name text, msg jsonb) SETOF bigint",
                        "send(queue_name text, msg jsonb, delay integer) SETOF bigint",
                        "send(queue_name text, msg jsonb, delay timestamp with time zone) SETOF bigint",
                        "send(queue_name text, msg jsonb, headers jsonb) SETOF bigint",
                        "send(queue_name text, msg jsonb, headers jsonb, delay integer) SETOF bigint",
                        "send(queue_name text, msg jsonb, headers jsonb, delay timestamp with time zone)"
                                + " SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[]) SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[], delay integer) SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[], delay timestamp with time zone) SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[], headers jsonb[]) SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer) SETOF bigint",
                        "send_batch(queue_name text, msgs jsonb[], headers jsonb[],"
                                + " delay timestamp with time zone) SETOF bigint",
                        "send_batch_topic(routing_key text, msgs jsonb[])" + " TABLE(queue_name text, msg_id bigint)",
                        "send_batch_topic(routing_key text, msgs jsonb[], delay integer)"
                                + " TABLE(queue_name text, msg_id bigint)",
                        "send_batch_topic(routing_key text, msgs jsonb[], delay timestamp with time zone)"
                                + " TABLE(queue_name text, msg_id bigint)",
                        "send_batch_topic(routing_key text, msgs jsonb[], headers jsonb[])"
                                + " TABLE(queue_name text, msg_id bigint)",
                        "send_batch_topic(routing_key text, msgs jsonb[], headers jsonb[], delay integer)"
                                + " TABLE(queue_name text, msg_id bigint)",
                        "send_batch_topic(routing_key text, msgs jsonb[], headers jsonb[], delay timestamp with time zone)"
                                + " TABLE(queue_name text, msg_id bigint)",
                        "send_topic(routing_key text, msg jsonb) integer",
                        "send_topic(routing_key text, msg jsonb, delay integer) integer",
                        "send_topic(routing_key text, msg jsonb, headers jsonb, delay integer) integer",
                        "set_vt(queue_name text, msg_id bigint, vt integer) SETOF pgmq.message_record",
                        "set_vt(queue_name text, msg_id bigint, vt timestamp with time zone)"
                                + " SETOF pgmq.message_record",
                        "set_vt(queue_name text, msg_ids bigint[], vt integer) SETOF pgmq.message_record",
                        "set_vt(queue_name text, msg_ids bigint[], vt timestamp with time zone)"
                                + " SETOF pgmq.message_record",
                        "test_routing(routing_key text) TABLE(pattern text, queue_name text, compiled_regex text)",
                        "unbind_topic(pattern text, queue_name text) boolean",
                        "update_notify_insert(queue_name text, throttle_interval_ms integer) void",
                        "validate_queue_name(queue_name text) void",
                        "validate_routing_key(routing_key text) boolean",
                        "validate_topic_pattern(pattern text) boolean");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT pgmq.create('a;b') | P0001 | queue name contains invalid characters: $, ;, --, or \\'",
                "SELECT pgmq.create('a$b') | P0001 | queue name contains invalid characters: $, ;, --, or \\'",
                "SELECT pgmq.send('a--b', '{}'::jsonb) | P0001 | queue name contains invalid characters: $, ;, --, or \\'",
                "SELECT pgmq.read('a''b', 1, 1) | P0001 | queue name contains invalid characters: $, ;, --, or \\'",
                "SELECT pgmq.create(repeat('a', 48)) | P0001 | queue name is too long, maximum length is 47 characters",
                "SELECT pgmq.send('nope', '{}'::jsonb) | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.read('nope', 1, 1) | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.metrics('nope') | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.set_vt('nope', 1::bigint, 1) | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.archive('nope', 1::bigint) | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.create_fifo_index('nope') | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.create_partitioned('nope') | P0001 | pg_partman is required for partitioned queues",
                "SELECT pgmq.create_partitioned('no;pe') | P0001"
                        + " | queue name contains invalid characters: $, ;, --, or \\'",
                "SELECT pgmq.send('orders_domain_events', '1'::jsonb, NULL) | 42725"
                        + " | function pgmq.send(unknown, jsonb, unknown) is not unique",
                "SELECT pgmq.purge_queue('nope') | 42P01 | relation \"pgmq.q_nope\" does not exist",
                "SELECT pgmq.send_batch('orders_domain_events', ARRAY[]::jsonb[]) | P0001 | msgs cannot be NULL or empty",
                "SELECT pgmq.send_batch('orders_domain_events', NULL::jsonb[]) | P0001 | msgs cannot be NULL or empty",
                "SELECT pgmq.send_batch('orders_domain_events', ARRAY['1', '2']::jsonb[], ARRAY['{}']::jsonb[]) | P0001"
                        + " | headers array length (1) must match msgs array length (2)",
                "SELECT pgmq.read('orders_domain_events', 1, -1) | 2201W | LIMIT must not be negative",
                "SELECT pgmq.enable_notify_insert('nope') | P0001"
                        + " | Queue \"nope\" does not exist. Create it first using pgmq.create()",
                "SELECT pgmq.send('orders_domain_events', '{\"a\": \"\\u0000\"}'::jsonb) | 22P05"
                        + " | unsupported Unicode escape sequence"
            })
    void errorsHaveTheirTextAndSqlState(String sql, String state, String text) {
        assertThat(client.failure(sql)).isEqualTo(state + ' ' + text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "drop_queue('nope') | f | pgmq queue `nope` does not exist",
                "drop_queue(NULL) | f | pgmq queue `<NULL>` does not exist",
                "drop_queue('nope', true) | t | drop_queue(queue_name, partitioned) is deprecated and will be removed in"
                        + " PGMQ v2.0. Use drop_queue(queue_name) instead",
                "detach_archive('nope') | ~~ | detach_archive(queue_name) is deprecated and is a no-op. It will be"
                        + " removed in PGMQ v2.0. Archive tables are no longer member objects."
            })
    void whatIsNoErrorIsANotice(String call, String result, String text) throws SQLException {
        try (Statement statement = client.connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT pgmq." + call)) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo(result);
            SQLWarning notice = statement.getWarnings();
            assertThat(notice.getMessage()).isEqualTo(text);
        }
    }

    @Test
    void sendingTakesHeadersAndADelayInEveryForm() {
        rows("SELECT pgmq.create('forms')");
        String sent = "'{\"n\": %d}'::jsonb";
        assertThat(rows("SELECT pgmq.send('forms', " + sent.formatted(1) + ")")).containsExactly("1");
        rows("SELECT pgmq.send('forms', " + sent.formatted(2) + ", '{\"h\": 1}'::jsonb)");
        rows("SELECT pgmq.send('forms', " + sent.formatted(3) + ", 3600)");
        rows("SELECT pgmq.send('forms', " + sent.formatted(4) + ", now() + interval '1 hour')");
        rows("SELECT pgmq.send('forms', " + sent.formatted(5) + ", '{\"h\": 1}'::jsonb, 3600)");
        rows("SELECT pgmq.send('forms', " + sent.formatted(6) + ", '{\"h\": 1}'::jsonb, now() + interval '1 hour')");
        String batch = "ARRAY['{\"n\": %d}', '{\"n\": %d}']::jsonb[]";
        assertThat(rows("SELECT pgmq.send_batch('forms', " + batch.formatted(7, 8) + ")"))
                .containsExactly("7", "8");
        rows("SELECT pgmq.send_batch('forms', " + batch.formatted(9, 10) + ", ARRAY['{}', '{}']::jsonb[])");
        rows("SELECT pgmq.send_batch('forms', " + batch.formatted(11, 12) + ", 3600)");
        rows("SELECT pgmq.send_batch('forms', " + batch.formatted(13, 14) + ", now() + interval '1 hour')");
        rows("SELECT pgmq.send_batch('forms', " + batch.formatted(15, 16) + ", ARRAY['{}', '{}']::jsonb[], 3600)");
        rows("SELECT pgmq.send_batch('forms', " + batch.formatted(17, 18)
                + ", ARRAY['{}', '{}']::jsonb[], now() + interval '1 hour')");

        assertThat(rows("SELECT msg_id, message->>'n', headers IS NULL, vt > now() + interval '50 minutes'"
                        + " FROM pgmq.q_forms ORDER BY msg_id"))
                .containsExactly(
                        "1 1 t f",
                        "2 2 f f",
                        "3 3 t t",
                        "4 4 t t",
                        "5 5 f t",
                        "6 6 f t",
                        "7 7 t f",
                        "8 8 t f",
                        "9 9 f f",
                        "10 10 f f",
                        "11 11 t t",
                        "12 12 t t",
                        "13 13 t t",
                        "14 14 t t",
                        "15 15 f t",
                        "16 16 f t",
                        "17 17 f t",
                        "18 18 f t");
        assertThat(rows("SELECT queue_length, queue_visible_length FROM pgmq.metrics('forms')"))
                .containsExactly("18 6");
    }

    @Test
    void readingHidesCountsAndFilters() {
        rows("SELECT pgmq.create('reads')");
        rows(
                "SELECT pgmq.send_batch('reads', ARRAY['{\"c\": \"a\"}', '{\"c\": \"b\"}', '[1]', '{\"c\": \"a\"}']::jsonb[])");

        assertThat(rows("SELECT msg_id, read_ct, last_read_at IS NOT NULL, vt > clock_timestamp() + interval '50 s'"
                        + " FROM pgmq.read('reads', 60, 10, '{\"c\": \"a\"}')"))
                .containsExactly("1 1 t t", "4 1 t t");
        assertThat(rows("SELECT msg_id FROM pgmq.read('reads', 0, 1)")).containsExactly("2");
        assertThat(rows("SELECT msg_id, read_ct FROM pgmq.read('reads', 60, 10)"))
                .containsExactly("2 2", "3 1");
        assertThat(rows("SELECT msg_id FROM pgmq.read_with_poll('reads', 60, 10, 0)"))
                .isEmpty();
        assertThat(rows("SELECT msg_id FROM pgmq.set_vt('reads', 3, 0)")).containsExactly("3");
        assertThat(rows("SELECT msg_id, read_ct FROM pgmq.read_with_poll('reads', 60, 10, 5, 10)"))
                .containsExactly("3 2");
        assertThat(rows("SELECT msg_id FROM pgmq.set_vt('reads', ARRAY[1, 2, 99]::bigint[], now())"))
                .containsExactlyInAnyOrder("1", "2");
        assertThat(rows("SELECT msg_id, read_ct FROM pgmq.pop('reads')")).containsExactly("1 1");
        assertThat(rows("SELECT msg_id FROM pgmq.pop('reads', 10)")).containsExactly("2");
    }

    @Test
    void aMessageSentInATransactionCanBeReadInIt() throws SQLException {
        rows("SELECT pgmq.create('within')");
        client.connection().setAutoCommit(false);
        try {
            rows("SELECT pgmq.send('within', '{}'::jsonb)");
            assertThat(rows("SELECT msg_id FROM pgmq.read('within', 30, 1)")).containsExactly("1");
        } finally {
            client.connection().rollback();
            client.connection().setAutoCommit(true);
        }
    }

    @Test
    void settlingTellsWhatWasThere() {
        rows("SELECT pgmq.create('settled')");
        rows("SELECT pgmq.send_batch('settled', ARRAY['1', '2', '3', '4', '5']::jsonb[])");

        assertThat(rows("SELECT pgmq.delete('settled', 1::bigint), pgmq.delete('settled', 99::bigint)"))
                .containsExactly("t f");
        assertThat(rows("SELECT pgmq.delete('settled', ARRAY[1, 2]::bigint[])")).containsExactly("2");
        assertThat(rows("SELECT pgmq.archive('settled', 3::bigint), pgmq.archive('settled', 99::bigint)"))
                .containsExactly("t f");
        assertThat(rows("SELECT pgmq.archive('settled', ARRAY[3, 4]::bigint[])"))
                .containsExactly("4");
        assertThat(rows("SELECT message, archived_at IS NOT NULL FROM pgmq.a_settled ORDER BY msg_id"))
                .containsExactly("3 t", "4 t");
        assertThat(rows("SELECT msg_id FROM pgmq.q_settled")).containsExactly("5");
    }
}
