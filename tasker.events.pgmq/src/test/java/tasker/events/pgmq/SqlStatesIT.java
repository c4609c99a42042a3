package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.DatabaseSettings;

/** What the server's refusals are told apart by. */
class SqlStatesIT {
    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void onlyATableThatTakesNothingFromTheAccountIsForbidden() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, """
                CREATE TABLE closed (id int);
                CREATE TABLE guarded (id int);
                ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
                CREATE POLICY positive ON guarded FOR INSERT WITH CHECK (id > 0);
                CREATE TABLE watched (id int);
                CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO closed VALUES (NEW.id); RETURN NEW; END';
                CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW WHEN (NEW.id < 0) EXECUTE FUNCTION watch();
                CREATE ROLE states_writer;
                GRANT INSERT ON guarded, watched TO states_writer
                """);
        try (Connection connection = TestServer.connect(database)) {
            execute(connection, "SET ROLE states_writer");
            execute(connection, "INSERT INTO guarded VALUES (1)");
            execute(connection, "INSERT INTO watched VALUES (1)");
            assertThat(SqlStates.isForbidden(refusal(connection, "closed"))).isTrue();
            assertThat(SqlStates.isForbidden(refusal(connection, "guarded"))).isFalse();
            assertThat(SqlStates.isForbidden(refusal(connection, "watched"))).isFalse();
        }
    }

    private static SQLException refusal(Connection connection, String table) {
        SQLException refusal = catchThrowableOfType(
                SQLException.class, () -> execute(connection, "INSERT INTO " + table + " VALUES (-1)"));
        assertThat(refusal.getSQLState()).isEqualTo("42501");
        return refusal;
    }
}
