package tasker.events.pgmq;

import tasker.events.api.spi.ConsumerOptions;

/**
 * Find the messages of a queue that may be read in order: the first of each key, if it is due and none of its key is
 * held, and those without a key.
 *
 * <p>With the {@linkplain GroupIndex index by key} the cost of a read is bounded, however long the queue and however
 * few its keys. The front of what is due is looked at first, and in most queues that is enough. Where it is not,
 * because much at the front waits for others of its key, the index is walked from key to key, and from one message
 * without a key to the next. In a queue of more keys than a walk takes steps, a second walk begins at the key of a
 * message that is chosen at random, so that no key waits for ever behind others.
 *
 * <p>What must use the index asks for its very order, since no statistics then lead the planner elsewhere.
 */
final class OrderedRead {
    /** How many due messages are looked at first. */
    static final int FRONT = 1_000;

    /** How many keys one walk takes. */
    static final int STEPS = 10_000;

    private static final String KEY = "headers ->> '" + ConsumerOptions.GROUP_HEADER + "'";

    private static final String HELD = """
            held AS MATERIALIZED (
                SELECT DISTINCT h.<key> AS key FROM <table> AS h
                WHERE h.vt > statement_timestamp() AND h.read_ct > 0 AND h.<key> IS NOT NULL
            ),
            """;

    // A message without a key equals none, and so none comes before it.
    private static final String WITHOUT_INDEX = "WITH " + HELD + """
            due AS MATERIALIZED (
                SELECT q.msg_id FROM <table> AS q
                WHERE q.vt <= statement_timestamp()
                  AND NOT EXISTS (SELECT FROM <table> AS e WHERE e.<key> = q.<key> AND e.msg_id < q.msg_id)
                  AND NOT EXISTS (SELECT FROM held WHERE held.key = q.<key>)
                ORDER BY q.msg_id LIMIT ?::integer
                FOR UPDATE OF q SKIP LOCKED
            )
            """;

    private static final String WITH_INDEX = "WITH RECURSIVE " + HELD + """
            asked AS MATERIALIZED (SELECT ?::integer AS most),
            seen AS MATERIALIZED (
                SELECT q.msg_id, q.<key> AS key FROM <table> AS q
                WHERE q.vt <= statement_timestamp() ORDER BY q.msg_id LIMIT <front>
            ),
            front AS MATERIALIZED (
                SELECT c.msg_id
                FROM (SELECT DISTINCT ON (s.key) s.key, s.msg_id FROM seen AS s WHERE s.key IS NOT NULL
                      ORDER BY s.key, s.msg_id) AS c
                WHERE (SELECT e.msg_id FROM <table> AS e WHERE e.<key> >= c.key ORDER BY e.<key>, e.msg_id LIMIT 1)
                          = c.msg_id
                  AND NOT EXISTS (SELECT FROM held WHERE held.key = c.key)
                UNION ALL
                SELECT s.msg_id FROM seen AS s WHERE s.key IS NULL
            ),
            wanting AS MATERIALIZED (
                SELECT (SELECT count(*) FROM seen) = <front> AND (SELECT count(*) FROM front) < a.most AS more
                FROM asked AS a
            ),
            low AS (
            """
            + walk("low", "q.<key> IS NOT NULL AND (SELECT w.more FROM wanting AS w)") + """
            ),
            high AS (
            """ + walk("high", """
                    q.<key> >= (SELECT r.<key> FROM <table> AS r
                                WHERE r.msg_id >= (SELECT min(b.msg_id) + floor(random() * (max(b.msg_id) - min(b.msg_id)))
                                                   FROM <table> AS b)::bigint
                                ORDER BY r.msg_id LIMIT 1)
                    AND (SELECT count(*) FROM low) = <steps>
                    """) + """
            ),
            loose AS (
                SELECT q.msg_id, q.vt FROM <table> AS q
                WHERE q.<key> IS NULL AND (SELECT w.more FROM wanting AS w)
                ORDER BY q.<key>, q.msg_id LIMIT <steps>
            ),
            behind AS MATERIALIZED (
                SELECT a.msg_id
                FROM (SELECT key, msg_id, vt FROM low
                      UNION SELECT key, msg_id, vt FROM high
                      UNION ALL SELECT NULL, msg_id, vt FROM loose) AS a
                WHERE a.vt <= statement_timestamp() AND NOT EXISTS (SELECT FROM held WHERE held.key = a.key)
                ORDER BY a.msg_id LIMIT (SELECT most FROM asked)
            ),
            due AS MATERIALIZED (
                SELECT q.msg_id FROM <table> AS q
                WHERE q.vt <= statement_timestamp()
                  AND q.msg_id = ANY (ARRAY(SELECT msg_id FROM front UNION SELECT msg_id FROM behind))
                ORDER BY q.msg_id LIMIT (SELECT most FROM asked)
                FOR UPDATE OF q SKIP LOCKED
            )
            """;

    private OrderedRead() {}

    /**
     * A WITH clause whose {@code due} has the ids of the messages, locked; its one parameter is how many at most.
     *
     * @param indexed whether the queue has its index by key
     */
    static String due(QueueName queue, boolean indexed) {
        return (indexed ? WITH_INDEX : WITHOUT_INDEX)
                .replace("<front>", Integer.toString(FRONT))
                .replace("<steps>", Integer.toString(STEPS))
                .replace("<key>", KEY)
                .replace("<table>", queue.table());
    }

    /** The first message of each key, in the order of the keys. */
    private static String walk(String name, String from) {
        return """
                (SELECT 1 AS step, q.<key> AS key, q.msg_id, q.vt FROM <table> AS q
                 WHERE <from> ORDER BY q.<key>, q.msg_id LIMIT 1)
                UNION ALL
                SELECT w.step + 1, n.key, n.msg_id, n.vt
                FROM <name> AS w CROSS JOIN LATERAL (
                    SELECT q.<key> AS key, q.msg_id, q.vt FROM <table> AS q
                    WHERE q.<key> > w.key ORDER BY q.<key>, q.msg_id LIMIT 1) AS n
                WHERE w.step < <steps>
                """.replace("<from>", from).replace("<name>", name);
    }
}
