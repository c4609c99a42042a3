package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending by routing key to the queues whose patterns match. */
class SchemaTopicsIT {
    private static SchemaClient client;

    @BeforeAll
    static void install() throws Exception {
        client = SchemaClient.ofNewSchema();
    }

    @AfterAll
    static void close() throws SQLException {
        client.close();
    }

    @BeforeEach
    void emptyQueues() {
        for (String queue : new String[] {"t1", "t2", "t3"}) {
            client.rows("SELECT pgmq.drop_queue('" + queue + "')");
            client.rows("SELECT pgmq.create('" + queue + "')");
        }
    }

    private static void bind(String pattern, String queue) {
        client.rows("SELECT pgmq.bind_topic('" + pattern + "', '" + queue + "')");
    }

    private static String lengths() {
        return client.rows("SELECT (SELECT count(*) FROM pgmq.q_t1), (SELECT count(*) FROM pgmq.q_t2),"
                        + " (SELECT count(*) FROM pgmq.q_t3)")
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "logs.error,   ^logs\\.error$,      logs.error,            logsXerror",
        "logs.*,       ^logs\\.[^.]+$,      logs.error,            logs.api.error",
        "logs.*,       ^logs\\.[^.]+$,      logs.x,                logs",
        "logs.#,       ^logs\\..*$,         logs.api.error,        logs",
        "#.error,      ^.*\\.error$,        a.b.error,             error",
        "a.#.z,        ^a\\..*\\.z$,        a.b.c.z,               a.z",
        "#,            ^.*$,                any.thing,             ",
        "*,            ^[^.]+$,             any,                   any.thing",
        "my-app.a_b.*, ^my-app\\.a_b\\.[^.]+$, my-app.a_b.c,       myXapp.a_b.c"
    })
    void patternsMatchWholeKeys(String pattern, String regex, String matching, String other) {
        bind(pattern, "t1");
        assertThat(client.rows("SELECT pattern, queue_name, compiled_regex FROM pgmq.test_routing('" + matching + "')"))
                .containsExactly(pattern + " t1 " + regex);
        if (other != null) {
            assertThat(client.rows("SELECT * FROM pgmq.test_routing('" + other + "')"))
                    .isEmpty();
        }
    }

    @Test
    void bindingsAreMadeOnceListedAndTakenAway() {
        bind("a.*", "t1");
        bind("a.*", "t1");
        bind("a.*", "t2");
        bind("b", "t1");
        assertThat(client.rows("SELECT pattern, queue_name, bound_at <= now() FROM pgmq.list_topic_bindings()"
                        + " ORDER BY 1, 2"))
                .containsExactly("a.* t1 t", "a.* t2 t", "b t1 t");
        assertThat(client.rows("SELECT pattern, compiled_regex FROM pgmq.list_topic_bindings('t1') ORDER BY 1"))
                .containsExactly("a.* ^a\\.[^.]+$", "b ^b$");
        assertThat(client.rows("SELECT pgmq.unbind_topic('a.*', 't1'), pgmq.unbind_topic('a.*', 't1')"))
                .containsExactly("t f");
        client.rows("SELECT pgmq.drop_queue('t1')");
        assertThat(client.rows("SELECT pattern, queue_name FROM pgmq.list_topic_bindings()"))
                .containsExactly("a.* t2");
        client.rows("SELECT pgmq.create('t1')");
    }

    @Test
    void aQueueGetsAMessageOnceHoweverManyPatternsMatch() {
        bind("orders.*", "t1");
        bind("orders.#", "t1");
        bind("#", "t2");
        assertThat(client.rows("SELECT pgmq.send_topic('orders.new', '{\"n\": 1}'::jsonb)"))
                .containsExactly("2");
        assertThat(client.rows("SELECT pgmq.send_topic('orders.new', '{\"n\": 2}'::jsonb, 3600)"))
                .containsExactly("2");
        assertThat(client.rows("SELECT pgmq.send_topic('other', '{\"n\": 3}'::jsonb, '{\"h\": 1}'::jsonb, 0)"))
                .containsExactly("1");
        assertThat(lengths()).isEqualTo("2 3 0");
        assertThat(client.rows("SELECT message, headers, vt > now() + interval '50 minutes' FROM pgmq.q_t2"
                        + " ORDER BY msg_id"))
                .containsExactly("{\"n\": 1} null f", "{\"n\": 2} null t", "{\"n\": 3} {\"h\": 1} f");
    }

    @Test
    void nobodyListeningIsNoError() {
        assertThat(client.rows("SELECT pgmq.send_topic('orders.new', '{}'::jsonb)"))
                .containsExactly("0");
        assertThat(client.rows("SELECT * FROM pgmq.send_batch_topic('orders.new', ARRAY['{}']::jsonb[])"))
                .isEmpty();
    }

    @Test
    void batchesGoToEachQueueInEveryForm() {
        bind("a", "t2");
        bind("*", "t1");
        bind("#", "t1");
        String batch = "SELECT * FROM pgmq.send_batch_topic('a', ARRAY['1', '2']::jsonb[]%s)";
        assertThat(client.rows(batch.formatted(""))).containsExactly("t1 1", "t1 2", "t2 1", "t2 2");
        for (String rest : new String[] {
            ", ARRAY['{\"h\": 1}', NULL]::jsonb[]",
            ", 3600",
            ", now()",
            ", ARRAY['1', '2']::jsonb[], 3600",
            ", ARRAY['1', '2']::jsonb[], now()"
        }) {
            assertThat(client.rows(batch.formatted(rest))).as(rest).hasSize(4);
        }
        assertThat(lengths()).isEqualTo("12 12 0");
        assertThat(client.rows("SELECT headers FROM pgmq.q_t1 WHERE msg_id IN (3, 4) ORDER BY msg_id"))
                .containsExactly("{\"h\": 1}", "null");
        assertThat(client.rows("SELECT count(*) FROM pgmq.q_t1 WHERE vt > now() + interval '50 minutes'"))
                .containsExactly("4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "validate_routing_key('') ; routing_key cannot be NULL or empty",
                "validate_routing_key(NULL) ; routing_key cannot be NULL or empty",
                "validate_routing_key(repeat('a', 256)) ; routing_key length cannot exceed 255 characters,"
                        + " got 256 characters",
                "validate_routing_key('a.*') ; routing_key contains invalid characters. Only alphanumeric, dots,"
                        + " hyphens, and underscores are allowed. Got: a.*",
                "validate_routing_key('.a') ; routing_key cannot start with a dot. Got: .a",
                "validate_routing_key('a.') ; routing_key cannot end with a dot. Got: a.",
                "validate_routing_key('a..b') ; routing_key cannot contain consecutive dots. Got: a..b",
                "validate_topic_pattern('') ; pattern cannot be NULL or empty",
                "validate_topic_pattern(repeat('a', 300)) ; pattern length cannot exceed 255 characters,"
                        + " got 300 characters",
                "validate_topic_pattern('(a|b)') ; pattern contains invalid characters. Only alphanumeric, dots,"
                        + " hyphens, underscores, *, and # are allowed. Got: (a|b)",
                "validate_topic_pattern('.a') ; pattern cannot start with a dot. Got: .a",
                "validate_topic_pattern('*.') ; pattern cannot end with a dot. Got: *.",
                "validate_topic_pattern('a..#') ; pattern cannot contain consecutive dots. Got: a..#",
                "validate_topic_pattern('a.**') ; pattern cannot contain consecutive stars (**). Use # for"
                        + " multi-segment matching. Got: a.**",
                "validate_topic_pattern('##') ; pattern cannot contain consecutive hashes (##). A single # already"
                        + " matches zero or more segments. Got: ##",
                "validate_topic_pattern('a.*#') ; pattern cannot contain adjacent wildcards (*# or #*). Separate"
                        + " wildcards with dots. Got: a.*#",
                "bind_topic('a..b', 't1') ; pattern cannot contain consecutive dots. Got: a..b",
                "bind_topic('a', '') ; queue_name cannot be NULL or empty",
                "bind_topic('a', 'nope') ; Queue \"nope\" does not exist. Create the queue first using pgmq.create()",
                "unbind_topic(NULL, 't1') ; pattern cannot be NULL or empty",
                "unbind_topic('a', NULL) ; queue_name cannot be NULL or empty",
                "test_routing('a b') ; routing_key contains invalid characters. Only alphanumeric, dots, hyphens,"
                        + " and underscores are allowed. Got: a b",
                "send_topic('a', NULL::jsonb) ; msg cannot be NULL",
                "send_topic('a', '1'::jsonb, -1) ; delay cannot be negative, got: -1",
                "send_topic('a.', '1'::jsonb) ; routing_key cannot end with a dot. Got: a.",
                "send_batch_topic('a', NULL::jsonb[]) ; msgs cannot be NULL or empty",
                "send_batch_topic('a', ARRAY['1', '2']::jsonb[], ARRAY[]::jsonb[]) ; headers array length (0) must"
                        + " match msgs array length (2)",
                "send_batch_topic('', ARRAY['1']::jsonb[]) ; routing_key cannot be NULL or empty"
            })
    void errorsHaveTheirText(String call, String text) {
        assertThat(client.failure("SELECT pgmq." + call)).isEqualTo("P0001 " + text);
    }

    @Test
    void whatIsValidIsTrue() {
        assertThat(client.rows("SELECT pgmq.validate_routing_key('app.user-service.a_b.9'),"
                        + " pgmq.validate_topic_pattern('app.*.#'), pgmq.validate_topic_pattern(repeat('a', 255))"))
                .containsExactly("t t t");
    }
}
