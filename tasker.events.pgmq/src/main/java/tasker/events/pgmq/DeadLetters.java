package tasker.events.pgmq;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Move messages out of a queue to its dead letters, each with the reason in its headers.
 *
 * <p>One statement deletes and inserts, so that a message is in one place at every moment, and only messages that are
 * still the reader's move. The dead letters of a queue of dead letters are its archive: there is no second such queue.
 * Immutable.
 */
final class DeadLetters {
    private static final int MAX_REASON = 1_000;
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    private final QueueName queue;
    private final String sql;

    /** Why a message went to the dead letters. */
    enum Cause {
        MALFORMED("malformed"),
        MAX_READS("max_reads"),
        CONSUMER("consumer");

        private final String label;

        Cause(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    DeadLetters(QueueName queue) {
        this.queue = queue;
        String to = queue.isDeadLetters()
                ? "INSERT INTO " + queue.archive() + " (msg_id, read_ct, enqueued_at, vt, message, headers)"
                        + " SELECT g.msg_id, g.read_ct, g.enqueued_at, g.vt, g.message, g.headers FROM gone AS g"
                : "INSERT INTO " + queue.deadLetters().table() + " (vt, message, headers)"
                        + " SELECT clock_timestamp(), g.message, g.headers FROM gone AS g ORDER BY g.msg_id";
        // All headers are strings, as those of events are.
        sql = """
                WITH fence AS (
                    SELECT f.msg_id, f.read_ct, f.reason
                    FROM unnest(?::bigint[], ?::integer[], ?::text[]) AS f (msg_id, read_ct, reason)
                ), gone AS (
                    DELETE FROM %s AS q USING fence AS f
                    WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct
                    RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message,
                        CASE WHEN jsonb_typeof(q.headers) = 'object' THEN q.headers ELSE '{}'::jsonb END
                        || jsonb_build_object(
                            'x-tasker-dead-letter-reason', f.reason,
                            'x-tasker-dead-letter-queue', ?::text,
                            'x-tasker-dead-letter-msg-id', q.msg_id::text,
                            'x-tasker-dead-letter-read-count', q.read_ct::text,
                            'x-tasker-dead-letter-at',
                            to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
                        AS headers
                ), moved AS (
                    %s
                )
                SELECT g.msg_id FROM gone AS g
                """.formatted(queue.table(), to);
    }

    /**
     * Move messages.
     *
     * @param reasons why, for each, {@linkplain #storable storable}
     * @return the ids of those that were still the reader's, and moved
     */
    Set<Long> move(Connection connection, Map<Fence, String> reasons) throws SQLException {
        List<Map.Entry<Fence, String>> entries = List.copyOf(reasons.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Fence.bind(
                    connection,
                    statement,
                    1,
                    entries.stream().map(Map.Entry::getKey).toList());
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", entries.stream().map(Map.Entry::getValue).toArray()));
            statement.setString(4, queue.text());
            Set<Long> moved = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    moved.add(row.getLong("msg_id"));
                }
            }
            return moved;
        }
    }

    /**
     * Make a reason fit to be stored and logged: in one line, cut to {@value #MAX_REASON} characters, without NUL and
     * halves of surrogate pairs, which PostgreSQL refuses. A reason must never stand in the way of the move.
     */
    static String storable(String reason) {
        String wellFormed = new String(reason.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String line = CONTROLS.matcher(wellFormed).replaceAll(" ");
        return line.substring(
                0, line.offsetByCodePoints(0, Math.min(MAX_REASON, line.codePointCount(0, line.length()))));
    }
}
