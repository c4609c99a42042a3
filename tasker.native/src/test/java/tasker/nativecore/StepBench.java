package tasker.nativecore;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.TestHandler;

/** Run steps on workers that have the handlers of a test, and keep the results. */
final class StepBench {
    private final List<StepOutcome> results = new CopyOnWriteArrayList<>();
    /** With patience for a machine that stands still for seconds; tests that need less set it themselves. */
    private final Configuration.Builder configuration = Configuration.builder()
            .flag("worker.health-timeout-ms", "60000", "test")
            .flag("worker.metrics-timeout-ms", "60000", "test");

    /** What the result sink was given. */
    List<StepOutcome> results() {
        return results;
    }

    /** The configuration of the next worker. */
    Configuration.Builder configuration() {
        return configuration;
    }

    /** Start a worker with these handlers. */
    WorkerSystem start(TestHandler... handlers) {
        WorkerSystem worker = builder(handlers).build();
        worker.start();
        return worker;
    }

    /** Prepare a worker with these handlers. */
    WorkerSystemBuilder builder(TestHandler... handlers) {
        WorkerSystemBuilder builder =
                WorkerSystem.builder(configuration.build()).resultSink(results::add);
        List.of(handlers).forEach(builder::service);
        return builder;
    }

    /** Run one step without input to its end. */
    static StepOutcome run(WorkerSystem worker, String handler) throws InterruptedException {
        return worker.submit(StepRequest.of(handler, Map.of())).join();
    }

    /** The failure that a step ends with. */
    static StepResult.Failure failure(CompletableFuture<StepOutcome> future) {
        return (StepResult.Failure) future.join().result();
    }
}
