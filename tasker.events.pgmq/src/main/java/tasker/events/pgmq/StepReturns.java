package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import tasker.events.api.spi.ReceivedStep;

/**
 * Give steps back, or leave them as they are, and note in their headers how many of their reads began nothing. Fenced,
 * as every settling is. Immutable.
 */
final class StepReturns {
    private final String leave;
    private final String release;

    StepReturns(QueueName queue) {
        String headers = " headers = CASE WHEN jsonb_typeof(q.headers) = 'object' THEN q.headers ELSE '{}'::jsonb END"
                + " || jsonb_build_object('" + StepDecoder.IDLE_READS + "', q.msg_id::text || '/' || ";
        leave = "UPDATE " + queue.table() + " AS q SET" + headers + "f.idle::text)"
                + " FROM unnest(?::bigint[], ?::integer[], ?::integer[]) AS f (msg_id, read_ct, idle)"
                + " WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct";
        release = "UPDATE " + queue.table() + " AS q SET" + headers + "q.read_ct::text),"
                + " message = jsonb_set(q.message, '{attempt}', to_jsonb(?::integer)),"
                + " vt = clock_timestamp() + make_interval(secs => ?::double precision)"
                + " WHERE q.msg_id = ?::bigint AND q.read_ct = ?::integer";
    }

    /** Count these reads among those that began nothing, and tell how many messages were still the reader's. */
    int leave(Connection connection, Collection<ReceivedStep.Step> steps) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(leave)) {
            Fence.bind(connection, statement, 1, steps.stream().map(Fence::of).toList());
            Object[] idle = steps.stream()
                    .map(step -> step.readCount() - step.startCount() + 1)
                    .toArray();
            statement.setArray(3, connection.createArrayOf("integer", idle));
            return statement.executeUpdate();
        }
    }

    /** Give a step back with its next attempt, and tell whether it was still the reader's. */
    boolean release(Connection connection, ReceivedStep.Step step, int nextAttempt, Duration delay)
            throws SQLException {
        Fence fence = Fence.of(step);
        try (PreparedStatement statement = connection.prepareStatement(release)) {
            statement.setInt(1, nextAttempt);
            statement.setDouble(2, Math.max(0, delay.toMillis()) / 1_000.0);
            statement.setLong(3, fence.messageId());
            statement.setInt(4, fence.readCount());
            return statement.executeUpdate() == 1;
        }
    }
}
