package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.EventSelection;

/** Look at dead letters without taking them, whatever they hold. */
final class DeadLetterReader {
    private DeadLetterReader() {}

    /** The chosen ones, oldest first. */
    static List<DeadLetter> read(Connection connection, QueueName letters, EventSelection selection, int limit)
            throws SQLException {
        Selector selector = new Selector(selection, "enqueued_at");
        String sql = "SELECT q.msg_id, q.enqueued_at, q.message::text AS message, q.headers::text AS headers FROM "
                + letters.table() + " AS q WHERE true" + selector.sql() + " ORDER BY q.msg_id LIMIT ?::integer";
        List<DeadLetter> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            selector.bind(connection, statement, 1);
            statement.setInt(1 + selector.parameters(), limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(letter(letters, row));
                }
            }
        }
        return found;
    }

    private static DeadLetter letter(QueueName letters, ResultSet row) throws SQLException {
        @Nullable String message = row.getString("message");
        @Nullable String headersJson = row.getString("headers");
        Map<String, String> headers = headers(headersJson);
        return new DeadLetter(
                letters.text(),
                Long.toString(row.getLong("msg_id")),
                header(headers, DeadLetterHeaders.REASON),
                header(headers, DeadLetterHeaders.CAUSE),
                header(headers, DeadLetterHeaders.STACK),
                header(headers, DeadLetterHeaders.QUEUE),
                header(headers, DeadLetterHeaders.MESSAGE_ID),
                header(headers, DeadLetterHeaders.READ_COUNT).flatMap(DeadLetterReader::number),
                row.getObject("enqueued_at", OffsetDateTime.class).toInstant(),
                event(message, headersJson),
                message == null ? "null" : message,
                headers);
    }

    private static Map<String, String> headers(@Nullable String json) {
        try {
            return EventMessage.allHeaders(json);
        } catch (InvalidValueException ignored) {
            return Map.of();
        }
    }

    private static Optional<String> header(Map<String, String> headers, String name) {
        return Optional.ofNullable(headers.get(name));
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException ignored) {
            return Optional.empty();
        }
    }

    private static Optional<DomainEvent> event(@Nullable String message, @Nullable String headers) {
        try {
            return Optional.of(EventMessage.read(message, headers));
        } catch (InvalidValueException ignored) {
            return Optional.empty();
        }
    }
}
