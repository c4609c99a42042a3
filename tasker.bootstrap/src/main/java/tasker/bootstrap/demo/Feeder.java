package tasker.bootstrap.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.UuidV7;
import tasker.nativecore.WorkerSystem;

/** Make a step of every line of a file, and wait until all have ended; for use by one thread, once. */
final class Feeder {
    private final WorkerSystem worker;
    private final Ledger ledger;
    private final UUID run;
    private final Pace pace;

    Feeder(WorkerSystem worker, Ledger ledger, UUID run, OptionalInt perSecond) {
        this.worker = worker;
        this.ledger = ledger;
        this.run = run;
        pace = new Pace(perSecond);
    }

    void feed(Path file) throws IOException, InterruptedException {
        try (OrderFile orders = OrderFile.open(file)) {
            for (Optional<OrderLine> line = orders.next(); line.isPresent(); line = orders.next()) {
                pace.await();
                submit(line.get());
            }
        }
        ledger.awaitEnds();
    }

    private void submit(OrderLine line) throws InterruptedException {
        if (line.tooLong()) {
            ledger.refuse(line, "the line has more than " + OrderFile.MAX_LINE_BYTES + " bytes");
            return;
        }
        StepRequest request;
        try {
            Map<String, @Nullable Object> input = Map.of("line", line.number(), "text", line.text());
            request = new StepRequest(UuidV7.next(), OrderEvents.HANDLER, input, 1, Optional.of(run));
        } catch (InvalidValueException e) {
            ledger.refuse(line, String.valueOf(e.getMessage()));
            return;
        }
        // The outcome comes to the ledger, as the worker's result sink.
        CompletableFuture<StepOutcome> ignored = worker.submit(request);
        ledger.submit();
    }
}
