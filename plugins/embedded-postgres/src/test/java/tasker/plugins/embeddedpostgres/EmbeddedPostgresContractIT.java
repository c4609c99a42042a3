package tasker.plugins.embeddedpostgres;

import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.WorkerContext;
import tasker.testkit.DatabaseProviderContract;
import tasker.testkit.HealthContributorContract;
import tasker.testkit.TestWorkerContext;

/** Test that the plugin keeps every promise of its services, with a real server. */
class EmbeddedPostgresContractIT {
    @Nested
    class Database extends DatabaseProviderContract {
        @Override
        protected DatabaseProvider create() {
            return new EmbeddedPostgres();
        }

        @Override
        protected WorkerContext context(DatabaseProvider provider) {
            return TestWorkerContext.of(provider).set("home", TestContext.HOME);
        }

        @Override
        protected void connect(DatabaseSettings settings) throws SQLException {
            Sql.connect(settings).close();
        }
    }

    @Nested
    class Health extends HealthContributorContract {
        @Override
        protected HealthContributor create() {
            return new EmbeddedPostgres();
        }

        @Override
        protected WorkerContext context(HealthContributor contributor) {
            return TestWorkerContext.of(contributor).set("home", TestContext.HOME);
        }
    }
}
