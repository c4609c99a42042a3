package tasker.events.pgmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Install our own {@code pgmq} schema and bring an older one up to date.
 *
 * <p>Each version has a script that leads to it from the one before, so that a new schema and an upgraded one cannot
 * differ. The version stands in the schema's comment. The caller's transaction is used, and its lock.
 */
final class CompatibleSchema {
    /** The version that this program installs and works with best. */
    static final int VERSION = 3;

    /** How long an upgrade waits for a table that somebody's transaction uses, with the next senders behind it. */
    private static final Duration LOCK_BOUND = Duration.ofSeconds(5);

    private static final Pattern COMMENT = Pattern.compile("tasker-pgmq schema (\\d{1,9})\\b.*");

    private CompatibleSchema() {}

    /** The version that a schema's comment tells; empty when the schema is not ours. */
    static OptionalInt version(@Nullable String comment) {
        Matcher ours = COMMENT.matcher(Objects.requireNonNullElse(comment, ""));
        return ours.matches() ? OptionalInt.of(Integer.parseInt(ours.group(1))) : OptionalInt.empty();
    }

    /** Fill an empty schema. */
    static void install(Connection connection) throws SQLException {
        runScripts(connection, 0);
    }

    /**
     * Bring a schema of an older version up to date, as the account that made it, so that all of it stays that
     * account's. Fails where the session's account is not that one, nor a member of it, nor a superuser.
     */
    static void upgrade(Connection connection, int from) throws SQLException {
        String asItsMaker = """
                SELECT set_config('role', pg_get_userbyid(c.relowner), true), set_config('lock_timeout', ?::text, true)
                FROM pg_class AS c WHERE c.oid = 'pgmq.meta'::regclass
                """;
        try (PreparedStatement statement = connection.prepareStatement(asItsMaker)) {
            statement.setString(1, LOCK_BOUND.toMillis() + "ms");
            statement.execute();
        }
        runScripts(connection, from);
    }

    private static void runScripts(Connection connection, int from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int version = from + 1; version <= VERSION; version++) {
                statement.execute(script(version));
            }
        }
    }

    private static String script(int version) {
        try (InputStream in = CompatibleSchema.class.getResourceAsStream("schema-" + version + ".sql")) {
            return new String(Objects.requireNonNull(in, "schema script").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
