package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;

/**
 * Test what {@link HealthContributor} promises.
 *
 * <p>Not tested: that a check which hangs lets itself be interrupted when the worker stops, for which it would have to
 * hang. What the worker makes of an answer, of an exception and of silence is the worker's to keep.
 */
public abstract class HealthContributorContract extends WorkerServiceContract<HealthContributor> {
    /** For subclasses. */
    protected HealthContributorContract() {}

    /** {@link HealthContributor#check}: an answer, never null: that would show as unhealthy. */
    @Test
    public void aCheckAnswers() throws Exception {
        assertThat(start().check()).isNotNull();
    }

    /** {@link HealthContributor#check}: called on a thread of the core, which is not the one that started it. */
    @Test
    public void aCheckAnswersOnAnotherThread() throws Exception {
        HealthContributor contributor = start();

        waiting().call("the check answers", () -> Optional.ofNullable(contributor.check()));
    }

    /** {@link HealthContributor#check}: called again whenever the answer is not fresh any more. */
    @Test
    public void aCheckCanBeRepeated() throws Exception {
        HealthContributor contributor = start();
        HealthReport first = contributor.check();
        HealthReport second = contributor.check();
        assumeTrue(first != null && second != null, "see aCheckAnswers");

        assertThat(second.status()).as("status after %s", first).isEqualTo(first.status());
    }

    /** {@link HealthReport#details}: JSON values. */
    @Test
    public void theDetailsAreJson() throws Exception {
        HealthContributor contributor = start();
        HealthReport report = contributor.check();
        assumeTrue(report != null, "see aCheckAnswers");

        assertThatCode(() -> new ComponentHealth(
                        contributor.name(), report.status(), report.message(), Instant.now(), 0, report.details()))
                .doesNotThrowAnyException();
    }
}
