package tasker.events.inprocess;

import org.junit.jupiter.api.Nested;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.WorkerContext;
import tasker.testkit.EventPollerContract;
import tasker.testkit.FastFlowContract;
import tasker.testkit.FastListenerContract;
import tasker.testkit.FastTransportContract;
import tasker.testkit.HealthContributorContract;
import tasker.testkit.MetricsSourceContract;
import tasker.testkit.TestWorkerContext;

/** Test that the fast path keeps every promise of its services. */
class InProcessContractTests {
    private static WorkerContext small(FastTransport transport) {
        return TestWorkerContext.of(transport).set("capacity", "16");
    }

    @Nested
    class Transport extends FastTransportContract {
        @Override
        protected FastTransport create() {
            return new InProcessTransport();
        }

        @Override
        protected WorkerContext context(FastTransport transport) {
            return small(transport);
        }
    }

    @Nested
    class Pollers extends EventPollerContract {
        @Override
        protected FastTransport create() {
            return new InProcessTransport();
        }

        @Override
        protected WorkerContext context(FastTransport transport) {
            return small(transport);
        }
    }

    @Nested
    class Listeners extends FastListenerContract {
        @Override
        protected FastTransport create() {
            return new InProcessTransport();
        }

        @Override
        protected WorkerContext context(FastTransport transport) {
            return small(transport);
        }
    }

    @Nested
    class Streams extends FastFlowContract {
        @Override
        protected FastTransport create() {
            return new InProcessTransport();
        }

        @Override
        protected WorkerContext context(FastTransport transport) {
            return small(transport);
        }
    }

    @Nested
    class Health extends HealthContributorContract {
        @Override
        protected HealthContributor create() {
            return new InProcessTransport();
        }
    }

    @Nested
    class Metrics extends MetricsSourceContract {
        @Override
        protected MetricsSource create() {
            return new InProcessTransport();
        }

        @Override
        protected void exercise(MetricsSource source) {
            FastTransport transport = (FastTransport) source;
            transport.publisher().publish(DomainEvent.of("test.happened", java.util.Map.of(), "tests"));
        }
    }
}
