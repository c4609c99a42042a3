package tasker.testkit;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.WorkerContext;

/** Answer as a contributor should, but for the promise that is broken. */
public final class FakeHealth implements HealthContributor {
    private volatile @Nullable Thread starter;
    private volatile boolean checked;

    /** Made by the tests. */
    public FakeHealth() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void start(WorkerContext context) {
        starter = Thread.currentThread();
    }

    @Override
    @SuppressWarnings("NullAway") // what a careless contributor does
    public HealthReport check() {
        if (Broken.is("aCheckAnswers")) {
            return null;
        }
        if (Broken.is("aCheckAnswersOnAnotherThread") && starter != Thread.currentThread()) {
            throw new IllegalStateException("another thread has started it");
        }
        if (Broken.is("aCheckCanBeRepeated") && checked) {
            return HealthReport.unhealthy("it was checked before", Map.of());
        }
        checked = true;
        return HealthReport.healthy(Broken.is("theDetailsAreJson") ? Map.of("thread", new Object()) : Map.of("n", 1));
    }

    /** Runs the contract. */
    static final class Contract extends HealthContributorContract {
        @Override
        protected HealthContributor create() {
            return new FakeHealth();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
