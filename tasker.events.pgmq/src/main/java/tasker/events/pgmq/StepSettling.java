package tasker.events.pgmq;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Delete the messages of steps that are still their reader's, write the results of these steps, and tell the
 * transaction's id, by one statement: a round trip each would take longer than all that the server does. Immutable.
 */
final class StepSettling {
    private final String settle;
    private final String settleAlike;

    StepSettling(StepQueues queues, ReadSettlement settlement, EventWriter writer) {
        // In the order of the group, which a join does not promise.
        String results = "), written AS (INSERT INTO " + queues.results().table() + " (vt, message)"
                + " SELECT clock_timestamp(), r.message::jsonb"
                + " FROM unnest(?::bigint[], ?::text[]) WITH ORDINALITY AS r (msg_id, message, place)"
                + " JOIN gone AS g ON g.msg_id = r.msg_id" + writer.condition(queues.results()) + " ORDER BY r.place)"
                + " SELECT g.msg_id, txid_current() FROM gone AS g";
        settle = "WITH gone AS (" + settlement.statement(false) + results;
        settleAlike = "WITH gone AS (" + settlement.statement(true) + results;
    }

    /**
     * What was settled.
     *
     * @param ours the ids of the messages that were still their reader's
     * @param transaction the id of the transaction; 0 when there were none
     */
    record Settled(Set<Long> ours, long transaction) {}

    /** Settle a group in the connection's open transaction. */
    Settled settle(Connection connection, List<StepEnding> group) throws SQLException {
        List<Fence> fences = group.stream().map(StepEnding::fence).toList();
        boolean alike = ReadSettlement.areAlike(fences);
        try (PreparedStatement statement = connection.prepareStatement(alike ? settleAlike : settle)) {
            ReadSettlement.bind(connection, statement, fences, alike);
            Array ids = Fence.ids(connection, fences);
            statement.setArray(3, ids);
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text",
                            group.stream()
                                    .map(ending -> ending.result().message())
                                    .toArray()));
            Set<Long> ours = new HashSet<>();
            long transaction = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ours.add(row.getLong(1));
                    transaction = row.getLong(2);
                }
            }
            return new Settled(ours, transaction);
        }
    }
}
