package tasker.events.pgmq;

import org.junit.jupiter.api.Nested;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.WorkerContext;
import tasker.events.api.spi.WorkerService;
import tasker.testkit.DurableEventConsumerContract;
import tasker.testkit.DurableEventPublisherContract;
import tasker.testkit.HealthContributorContract;
import tasker.testkit.MetricsSourceContract;
import tasker.testkit.QueueAdministrationContract;
import tasker.testkit.StepQueueContract;
import tasker.testkit.TestWorkerContext;

/** Test that the durable path keeps every promise of its services, on a real server. */
class PgmqContractIT {
    private static TestWorkerContext on(DatabaseSettings database, WorkerService service) {
        return TestWorkerContext.of(service)
                .database(database)
                .namespace("contract")
                .set("publish-timeout-ms", "60000")
                .set("query-timeout-ms", "60000")
                .set("connect-timeout-ms", "30000");
    }

    @Nested
    class Publishing extends DurableEventPublisherContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected DurableTransport create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(DurableTransport transport) {
            return on(database, transport);
        }
    }

    @Nested
    class Consuming extends DurableEventConsumerContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected DurableTransport create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(DurableTransport transport) {
            return on(database, transport);
        }
    }

    @Nested
    class Queues extends QueueAdministrationContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected DurableTransport create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(DurableTransport transport) {
            return on(database, transport);
        }
    }

    @Nested
    class Steps extends StepQueueContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected StepQueue create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(StepQueue queue) {
            return on(database, queue).set("step-visibility-ms", "1000");
        }
    }

    @Nested
    class Health extends HealthContributorContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected HealthContributor create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(HealthContributor contributor) {
            return on(database, contributor);
        }
    }

    @Nested
    class Metrics extends MetricsSourceContract {
        private final DatabaseSettings database = TestServer.newDatabase();

        @Override
        protected MetricsSource create() {
            return new PgmqTransport();
        }

        @Override
        protected WorkerContext context(MetricsSource source) {
            return on(database, source);
        }
    }
}
