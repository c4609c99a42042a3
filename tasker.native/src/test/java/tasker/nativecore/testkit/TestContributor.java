package tasker.nativecore.testkit;

import java.util.concurrent.Callable;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;

/**
 * Answer health checks as a test says.
 *
 * @param name the service's name
 * @param answer makes the answer
 */
public record TestContributor(String name, Callable<HealthReport> answer) implements HealthContributor {
    @Override
    public HealthReport check() throws Exception {
        return answer.call();
    }
}
