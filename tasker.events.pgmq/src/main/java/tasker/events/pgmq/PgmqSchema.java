package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;

/**
 * Find the {@code pgmq} schema of a database, or install a compatible one where there is none.
 *
 * <p>A genuine PGMQ, as an extension or as plain SQL, is used as it is and never changed. Ours is upgraded in place;
 * where that is not possible now, the older one is used as long as it has what the transport needs. Workers that start
 * at once take turns by an advisory lock.
 */
final class PgmqSchema {
    private static final Logger LOG = LoggerFactory.getLogger(PgmqSchema.class);

    /** PostgreSQL 14, the oldest that PGMQ supports. */
    private static final int OLDEST_SERVER = 140_000;

    /** Any constant serves as the lock's key; this one reads "tasker" in ASCII. */
    private static final long INSTALL_LOCK = 0x7461_736B_6572_0001L;

    /** An upgrade fails by these where the account lacks a right, or a table stays locked: SQLSTATEs. */
    private static final Set<String> NOT_NOW = Set.of("42501", "55P03");

    /**
     * What the transport uses: functions that it calls, by name and leading argument types, and the headers of
     * messages, which came with PGMQ 1.5. It writes into the queues' tables itself, and so needs no {@code send}.
     */
    private static final List<String> NEEDED = List.of(
            "create(text", "read(text,integer,integer", "metrics(text", "metrics_all(", "message_record.headers");

    private final Connection connection;
    private final Target target;

    private PgmqSchema(Connection connection, Target target) {
        this.connection = connection;
        this.target = target;
    }

    /**
     * Make sure that there is a usable schema, in one transaction.
     *
     * @return which one it is, for people
     * @throws TaskerException when there is none and none can be installed
     */
    static String ensure(Connection connection, Target target) throws SQLException {
        return new PgmqSchema(connection, target).ensure();
    }

    private String ensure() throws SQLException {
        requireServerVersion();
        connection.setAutoCommit(false);
        try {
            Found found = probe();
            if (found.isAbsent() || found.isOlder()) {
                try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?::bigint)")) {
                    lock.setLong(1, INSTALL_LOCK);
                    lock.execute();
                }
                found = probe();
                if (found.isAbsent()) {
                    install(found);
                    found = probe();
                } else if (found.isOlder() && found.usable()) {
                    upgrade(found);
                    found = probe();
                }
            }
            String description = describe(found);
            connection.commit();
            return description;
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /** What a database has by the name of {@code pgmq}. */
    private record Found(
            boolean schema,
            boolean empty,
            boolean owned,
            boolean usable,
            @Nullable String comment,
            @Nullable String extension) {

        boolean isAbsent() {
            return !schema || (empty && extension == null);
        }

        /** The version of our own schema; empty when this is none. */
        OptionalInt version() {
            return extension == null ? CompatibleSchema.version(comment) : OptionalInt.empty();
        }

        boolean isOlder() {
            return version().orElse(CompatibleSchema.VERSION) < CompatibleSchema.VERSION;
        }
    }

    private Found probe() throws SQLException {
        String sql = """
                SELECT obj_description(n.oid, 'pg_namespace') AS comment,
                       (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'pgmq') AS extension,
                       NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = n.oid)
                           AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid) AS empty,
                       pg_has_role(n.nspowner, 'USAGE') AS owned,
                       has_schema_privilege(n.oid, 'USAGE') AS usable
                FROM pg_namespace AS n
                WHERE n.nspname = 'pgmq'
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return new Found(false, true, false, false, null, null);
            }
            return new Found(
                    true,
                    row.getBoolean("empty"),
                    row.getBoolean("owned"),
                    row.getBoolean("usable"),
                    row.getString("comment"),
                    row.getString("extension"));
        }
    }

    private void install(Found found) throws SQLException {
        if (found.schema() && !found.owned()) {
            throw noRight("the schema pgmq is empty and belongs to another account");
        }
        try (Statement statement = connection.createStatement()) {
            if (!found.schema()) {
                if (!mayCreateSchema(statement)) {
                    throw noRight(
                            "there is no schema pgmq, and the account '" + target.user() + "' may not create one");
                }
                statement.execute("CREATE SCHEMA pgmq");
            }
        }
        CompatibleSchema.install(connection);
    }

    /** What is there does until somebody can. */
    private void upgrade(Found found) throws SQLException {
        int from = found.version().orElseThrow();
        Savepoint before = connection.setSavepoint();
        try {
            CompatibleSchema.upgrade(connection, from);
            LOG.info(
                    "event=pgmq_schema_upgraded database={} from={} to={}",
                    target.database(),
                    from,
                    CompatibleSchema.VERSION);
        } catch (SQLException e) {
            if (!NOT_NOW.contains(SqlStates.state(e))) {
                throw e;
            }
            connection.rollback(before);
            LOG.warn(
                    "event=schema_not_upgraded code=TASKER-D114 database={}/{} version={} wanted={} reason=\"{}\"",
                    target.host(),
                    target.database(),
                    from,
                    CompatibleSchema.VERSION,
                    DatabaseErrors.oneLine(e));
        }
    }

    private static boolean mayCreateSchema(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT has_database_privilege(current_database(), 'CREATE')")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private TaskerException noRight(String problem) {
        return noRight(problem, "CREATE EXTENSION pgmq, or CREATE SCHEMA pgmq AUTHORIZATION \"" + target.user() + "\"");
    }

    private TaskerException noRight(String problem, String remedy) {
        return new TaskerException(
                "TASKER-D107",
                "in the database '" + target.database() + "' at " + target.host() + " " + problem
                        + "; let an administrator run " + remedy);
    }

    private String describe(Found found) throws SQLException {
        OptionalInt ours = found.version();
        if (ours.orElse(0) > CompatibleSchema.VERSION) {
            throw new TaskerException(
                    "TASKER-D109",
                    "the schema pgmq in the database '" + target.database() + "' at " + target.host() + " has version "
                            + ours.getAsInt() + ", made by a newer Tasker; this one knows versions up to "
                            + CompatibleSchema.VERSION + ": use the newer one");
        }
        if (!found.usable()) {
            throw noRight(
                    "the account '" + target.user() + "' may not use the schema pgmq",
                    "GRANT USAGE ON SCHEMA pgmq TO \"" + target.user() + "\", and rights on what it holds");
        }
        requireCapabilities();
        if (ours.isPresent()) {
            return "tasker-pgmq schema " + ours.getAsInt();
        }
        return found.extension() == null ? "PGMQ (plain SQL)" : "PGMQ " + found.extension() + " (extension)";
    }

    private void requireCapabilities() throws SQLException {
        List<String> found = new ArrayList<>();
        String sql = """
                SELECT p.proname || '('
                       || coalesce((SELECT string_agg(format_type(a.type, NULL), ',' ORDER BY a.position)
                                    FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, position)), '') AS signature
                FROM pg_proc AS p
                WHERE p.pronamespace = 'pgmq'::regnamespace
                UNION ALL
                SELECT 'message_record.' || a.attname
                FROM pg_attribute AS a
                WHERE a.attrelid = to_regclass('pgmq.message_record') AND a.attnum > 0 AND NOT a.attisdropped
                """;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString("signature"));
            }
        }
        List<String> missing = NEEDED.stream()
                .filter(needed -> found.stream().noneMatch(signature -> signature.startsWith(needed)))
                .map(needed -> needed.endsWith("(") ? needed + ')' : needed.contains("(") ? needed + "…)" : needed)
                .toList();
        if (!missing.isEmpty()) {
            throw new TaskerException(
                    "TASKER-D108",
                    "the schema pgmq in the database '" + target.database() + "' at " + target.host()
                            + " is no PGMQ 1.5 or later: it lacks " + String.join(", ", missing)
                            + "; upgrade it (ALTER EXTENSION pgmq UPDATE) or use another database");
        }
    }

    private void requireServerVersion() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::integer")) {
            if (row.next() && row.getInt(1) < OLDEST_SERVER) {
                throw new TaskerException(
                        "TASKER-D106",
                        "the server at " + target.host() + " is PostgreSQL "
                                + connection.getMetaData().getDatabaseProductVersion() + "; 14 or later is required");
            }
        }
    }
}
