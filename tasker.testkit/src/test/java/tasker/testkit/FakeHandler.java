package tasker.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepEventPublisher;
import tasker.events.api.spi.StepHandler;

/** Run steps as a handler should, but for the promise that is broken. */
public final class FakeHandler implements StepHandler {
    private static final StepEvent DONE =
            new StepEvent("test.done", StepEvent.Condition.SUCCESS, DeliveryMode.BROADCAST);
    private final ThreadLocal<Boolean> used = ThreadLocal.withInitial(() -> false);
    private final ReentrantLock alone = new ReentrantLock();

    /** Made by the tests. */
    public FakeHandler() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public StepResult handle(StepContext context) {
        if (Broken.is("runsAStep")) {
            return StepResult.permanentFailure("not this one");
        }
        if (Broken.is("oneThreadRunsManySteps") && used.get()) {
            throw new IllegalStateException("the thread has run one already");
        }
        used.set(true);
        if (Broken.is("runsManyStepsAtOnce")) {
            return alone();
        }
        return StepResult.success(context.request().input());
    }

    /** Take long enough to be met by another. */
    private StepResult alone() {
        if (!alone.tryLock()) {
            throw new IllegalStateException("another step runs");
        }
        try {
            LockSupport.parkNanos(200_000_000);
            return StepResult.success(Map.of());
        } finally {
            alone.unlock();
        }
    }

    @Override
    public List<StepEvent> events() {
        return Broken.is("itsEventsAreDeclared") ? List.of(DONE, DONE) : List.of(DONE);
    }

    @Override
    @SuppressWarnings({"NullAway", "NullOptional"}) // what a careless handler does
    public Optional<StepEventPublisher> publisher(StepEvent event) {
        return Broken.is("eachEventHasAPublisherOrNone") ? null : Optional.empty();
    }

    @Override
    public Optional<Duration> timeout() {
        return Optional.of(Broken.is("itsTimeoutIsPositive") ? Duration.ZERO : Duration.ofSeconds(9));
    }

    /** Runs the contract. */
    static final class Contract extends StepHandlerContract {
        @Override
        protected StepHandler create() {
            return new FakeHandler();
        }

        @Override
        protected StepRequest step() {
            return StepRequest.of("fake", Map.of());
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
