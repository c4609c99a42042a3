package peer;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Make the table at start where it is missing, and hear of events in the process. */
@ApplicationScoped
public class Listener {
    void started(@Observes StartupEvent event, DataSource database) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists peer_events (id bigserial primary key, body jsonb)");
        }
    }
}
