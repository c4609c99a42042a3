package peer;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Make the table at start where it is missing, and hear of events in the process. */
@Component
public class Listener {
    private final DataSource database;

    @Autowired
    Listener(DataSource database) throws SQLException {
        this.database = database;
        try (var connection = this.database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists peer_events (id bigserial primary key, body jsonb)");
        }
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        System.Logger log = System.getLogger("peer");
        log.log(System.Logger.Level.INFO, "up after " + event.getTimeTaken().toMillis() + " ms");
    }
}
