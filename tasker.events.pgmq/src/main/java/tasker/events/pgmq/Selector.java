package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.EventSelection;

/** Turn a selection into conditions on a table {@code q} of messages, every value a parameter; immutable. */
final class Selector {
    private final StringBuilder sql = new StringBuilder();
    private final List<Binding> bindings = new ArrayList<>();

    /**
     * Make the conditions.
     *
     * @param timeColumn when a message came into the table
     */
    Selector(EventSelection selection, String timeColumn) {
        selection.since().ifPresent(time -> add("q." + timeColumn + " >= ?::timestamptz", at(time)));
        selection.until().ifPresent(time -> add("q." + timeColumn + " < ?::timestamptz", at(time)));
        if (!selection.types().isEmpty()) {
            // The type is matched with a dot before each of its segments.
            add(
                    "'.' || (q.message ->> 'event_type') ~ ANY (?::text[])",
                    texts(selection.types().stream().map(TypePattern::regex).toList()));
        }
        if (!selection.eventIds().isEmpty() || !selection.messageIds().isEmpty()) {
            List<Long> messages =
                    selection.messageIds().stream().map(Selector::messageId).toList();
            bindings.add(
                    texts(selection.eventIds().stream().map(Object::toString).toList()));
            bindings.add((connection, statement, index) ->
                    statement.setArray(index, connection.createArrayOf("bigint", messages.toArray())));
            sql.append(" AND (lower(q.message ->> 'event_id') = ANY (?::text[]) OR q.msg_id = ANY (?::bigint[]))");
        }
    }

    /** Set one parameter. */
    @FunctionalInterface
    private interface Binding {
        void bind(Connection connection, PreparedStatement statement, int index) throws SQLException;
    }

    /** The conditions, each with AND before it. */
    String sql() {
        return sql.toString();
    }

    /** Set the parameters from this one on. */
    void bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
        for (int i = 0; i < bindings.size(); i++) {
            bindings.get(i).bind(connection, statement, first + i);
        }
    }

    /** How many parameters the conditions have. */
    int parameters() {
        return bindings.size();
    }

    private void add(String condition, Binding binding) {
        sql.append(" AND ").append(condition);
        bindings.add(binding);
    }

    private static Binding at(Instant time) {
        return (connection, statement, index) -> statement.setObject(index, time.atOffset(ZoneOffset.UTC));
    }

    private static Binding texts(List<String> texts) {
        return (connection, statement, index) ->
                statement.setArray(index, connection.createArrayOf("text", texts.toArray()));
    }

    private static long messageId(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException ignored) {
            throw new InvalidValueException("message_ids", "holds '" + text + "'; expected whole numbers");
        }
    }
}
