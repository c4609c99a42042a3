package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import tasker.events.api.spi.DatabaseSettings;

/** Be any client of PGMQ: one connection, plain SQL, rows as text. */
final class SchemaClient implements AutoCloseable {
    private static final Pattern BLOCKS = Pattern.compile("(?:hit|read)=(\\d+)");

    private final Connection connection;

    private SchemaClient(Connection connection) {
        this.connection = connection;
    }

    /** Connect to a new database in which a worker has installed our schema. */
    static SchemaClient ofNewSchema() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestWorker.start(database, "orders").close();
        return of(database);
    }

    static SchemaClient of(DatabaseSettings database) throws SQLException {
        return new SchemaClient(TestServer.connect(database));
    }

    Connection connection() {
        return connection;
    }

    /** The rows of a query, their columns as text with a space between. */
    List<String> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(row.getString(i)));
                }
                rows.add(String.join(" ", columns));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    /** Run statements that return nothing. */
    void run(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    /** The failure of a statement: SQLSTATE, a space, and the first line of what the server said. */
    String failure(String sql) {
        PSQLException failure = assertThatExceptionOfType(PSQLException.class)
                .as(sql)
                .isThrownBy(() -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(sql);
                    }
                })
                .actual();
        return failure.getSQLState()
                + ' '
                + Objects.requireNonNull(failure.getServerErrorMessage()).getMessage();
    }

    /** How many blocks of tables and indexes a query looks at, those of functions that it calls included. */
    int blocks(String sql) {
        String whole = rows("EXPLAIN (ANALYZE, BUFFERS, TIMING off, COSTS off, SUMMARY off) " + sql).stream()
                .filter(line -> line.contains("Buffers: shared"))
                .findFirst()
                .orElseThrow();
        return BLOCKS.matcher(whole)
                .results()
                .mapToInt(part -> Integer.parseInt(part.group(1)))
                .sum();
    }

    /** Read a script from the class path. */
    static String resource(String name) {
        try (InputStream in = SchemaClient.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
