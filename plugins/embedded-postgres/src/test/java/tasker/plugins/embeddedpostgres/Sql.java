package tasker.plugins.embeddedpostgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import tasker.events.api.spi.DatabaseSettings;

/** Talk to a server as a worker would. */
final class Sql {
    private Sql() {}

    static Connection connect(DatabaseSettings database) throws SQLException {
        return connect(database, database.password().orElseThrow());
    }

    static Connection connect(DatabaseSettings database, String password) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user().orElseThrow(), password);
    }

    static void execute(DatabaseSettings database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(DatabaseSettings database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
