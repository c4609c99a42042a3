package tasker.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.events.api.spi.WorkerService;

/** Live as a service should, but for the promise that is broken. */
public class FakeService implements WorkerService {
    private volatile @Nullable WorkerConfig worker;

    /** Made by the tests. */
    public FakeService() {
        if (Broken.is("constructorsMakeNoThread")) {
            new Thread(() -> {}, "idle").setDaemon(true);
        }
    }

    @Override
    public String name() {
        if (Broken.is("theNameIsWellFormed")) {
            return "Fake Service";
        }
        return Broken.is("theNameIsAlwaysTheSame") && worker != null ? "another" : "fake";
    }

    @Override
    public List<SettingKey<?>> settings() {
        SettingKey<Optional<String>> key = SettingKey.optionalText("note", "Is shown.");
        SettingKey<String> bad = SettingKey.parsed("bad", "nothing", "", "Refuses all.", text -> {
            throw new InvalidValueException("bad", "is '" + text + "'; nothing is expected");
        });
        if (Broken.is("eachSettingIsDeclaredOnce")) {
            return List.of(key, key);
        }
        return Broken.is("theDefaultOfEachSettingIsAccepted") ? List.of(key, bad) : List.of(key);
    }

    @Override
    public void checkSettings(Settings settings) {
        if (Broken.is("itsOwnSettingsFitTogether")) {
            throw new InvalidValueException("note", "does not fit");
        }
    }

    @Override
    public void start(WorkerContext context) {
        worker = context.worker();
        if (Broken.is("closeEndsItsThreads")) {
            Thread.ofPlatform().daemon().name("left-behind").start(() -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException ignored) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    @Override
    public void close() {
        if (Broken.is("closesAfterAStartThatFailed") && worker == null) {
            throw new IllegalStateException("was never started");
        }
    }

    private static final class Hidden extends FakeService {}

    /** Runs the contract. */
    static final class Contract extends WorkerServiceContract<FakeService> {
        @Override
        protected FakeService create() {
            return Broken.is("theWorkerCanMakeIt") ? new Hidden() : new FakeService();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
