package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Move messages out of a queue to its dead letters, each with the reason in its headers.
 *
 * <p>One statement deletes and inserts, so that a message is in one place at every moment, and only messages that are
 * still the reader's move. The dead letters of a queue of dead letters are its archive: there is no second such queue.
 * Immutable.
 */
final class DeadLetters {
    private final QueueName queue;
    private final String sql;

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
                    SELECT f.msg_id, f.read_ct, f.cause, f.reason, f.stack, f.vain
                    FROM unnest(?::bigint[], ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[])
                        AS f (msg_id, read_ct, cause, reason, stack, vain)
                ), gone AS (
                    DELETE FROM %s AS q USING fence AS f
                    WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct
                    RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message,
                        (%s)
                        || CASE WHEN f.stack IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('%s', f.stack) END
                        || jsonb_build_object('%s', f.cause, '%s', f.reason, '%s', ?::text, '%s', q.msg_id::text,
                            '%s', (q.read_ct - f.vain::integer)::text, '%s',
                            to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
                        AS headers
                ), moved AS (
                    %s
                )
                SELECT g.msg_id FROM gone AS g
                """.formatted(
                        queue.table(),
                        DeadLetterHeaders.without("q.headers", "'{}'::jsonb"),
                        DeadLetterHeaders.STACK,
                        DeadLetterHeaders.CAUSE,
                        DeadLetterHeaders.REASON,
                        DeadLetterHeaders.QUEUE,
                        DeadLetterHeaders.MESSAGE_ID,
                        DeadLetterHeaders.READ_COUNT,
                        DeadLetterHeaders.AT,
                        to);
    }

    /**
     * Move messages.
     *
     * @param notes why, for each
     * @return the ids of those that were still the reader's, and moved
     */
    Set<Long> move(Connection connection, Map<Fence, DeathNote> notes) throws SQLException {
        List<Map.Entry<Fence, DeathNote>> entries = List.copyOf(notes.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Fence.bind(
                    connection,
                    statement,
                    1,
                    entries.stream().map(Map.Entry::getKey).toList());
            bind(connection, statement, 3, entries, note -> note.cause().label());
            bind(connection, statement, 4, entries, DeathNote::reason);
            bind(connection, statement, 5, entries, DeathNote::stack);
            bind(
                    connection,
                    statement,
                    6,
                    entries,
                    note -> String.valueOf(note.cause().vainReads()));
            statement.setString(7, queue.text());
            Set<Long> moved = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    moved.add(row.getLong("msg_id"));
                }
            }
            return moved;
        }
    }

    private static void bind(
            Connection connection,
            PreparedStatement statement,
            int index,
            List<Map.Entry<Fence, DeathNote>> entries,
            Function<DeathNote, @Nullable String> part)
            throws SQLException {
        @Nullable String[] parts = new String[entries.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = part.apply(entries.get(i).getValue());
        }
        statement.setArray(index, connection.createArrayOf("text", parts));
    }
}
