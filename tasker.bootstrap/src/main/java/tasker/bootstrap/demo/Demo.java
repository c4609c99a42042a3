package tasker.bootstrap.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;
import tasker.events.api.EventPattern;
import tasker.events.api.TaskerException;
import tasker.events.api.UuidV7;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.QueueAdministration;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.WorkerSystemBuilder;

/**
 * Run the example worker over a file of orders, read its durable events back, and compare every number that two sides
 * counted; for use by one thread, once.
 */
public final class Demo {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MAX_LOOKS = 3;
    private static final Supplier<Optional<String>> HOPEFUL = Optional::empty;

    private final DemoPlan plan;
    private final Console console;
    private final StopRequest stop;
    private final Supervisor supervisor;
    private final ProcessAge age = new ProcessAge();
    private final UUID run = UuidV7.next();
    private final Ledger ledger = new Ledger(run);
    private final List<String> troubles = new ArrayList<>();

    /** Prepare a demonstration. */
    public Demo(DemoPlan plan, Console console, StopRequest stop) {
        this.plan = plan;
        this.console = console;
        this.stop = stop;
        supervisor = new Supervisor(console, stop);
    }

    /**
     * Run it with the worker that this builder makes.
     *
     * @return 0 when every number agrees, 1 when not, or the code of the signal that ended it before that was known
     * @throws TaskerException when the orders cannot be read or the worker does not start
     */
    public int run(WorkerSystemBuilder builder) throws IOException, InterruptedException {
        long lines = OrderFile.count(plan.orders());
        console.note("orders: " + plan.orders() + " (" + Formats.count(lines, "line") + ")");
        try (WorkerSystem worker = builder.resultSink(ledger).build()) {
            if (!start(worker)) {
                console.note("stopped while the worker was starting; nothing was done");
                return signalCode();
            }
            try (FastSide fast = new FastSide(worker.subscribe(EventPattern.all()), ledger)) {
                return run(worker, fast, lines);
            }
        }
    }

    private int run(WorkerSystem worker, FastSide fast, long lines) throws InterruptedException {
        long begin = System.nanoTime();
        Progress progress = new Progress(console, ledger, fast, lines, age);
        Outage outage = new Outage(
                worker::health,
                () -> ledger.tally().ended() + worker.metrics().domainEventsPublished(),
                System::nanoTime,
                console::note);
        Feeder feeder = new Feeder(worker, ledger, run, plan.perSecond());
        Ending<Boolean> fed = supervisor.run("orders", progress, outage, () -> {
            feeder.feed(plan.orders());
            return true;
        });
        progress.sayFirst();
        long workNanos = System.nanoTime() - begin;
        if (fed instanceof Ending.Stopped) {
            return stopped(worker);
        }
        if (fed instanceof Ending.GivenUp<Boolean> givenUp) {
            troubles.add("gave up: " + givenUp.reason());
        }
        Settling settling = new Settling(ledger, fast, worker::metrics);
        Ending<Boolean> settled = troubles.isEmpty()
                ? supervisor.run("events", settling::status, outage, settling)
                : new Ending.Done<>(false);
        if (settled instanceof Ending.Stopped) {
            return stopped(worker);
        }
        if (settled instanceof Ending.GivenUp<Boolean> givenUp) {
            troubles.add("gave up: " + givenUp.reason());
        }
        Optional<DurableSide> durable = troubles.isEmpty() ? readBack(worker) : Optional.empty();
        if (stop.isRequested()) {
            return stopped(worker);
        }
        return conclude(worker, fast, durable, lines, workNanos);
    }

    private boolean start(WorkerSystem worker) {
        if (stop.isRequested()) {
            return false;
        }
        long begin = System.nanoTime();
        String what = plan.ownDatabase() ? "starting PostgreSQL and the worker" : "starting the worker";
        console.note(what + " (database: " + plan.database() + ") ...");
        Ending<Boolean> started = supervisor.run(
                "start", () -> "  still starting, " + Formats.seconds(System.nanoTime() - begin), worker::close, () -> {
                    worker.start();
                    return true;
                });
        if (!(started instanceof Ending.Done)) {
            return false;
        }
        String where = worker.endpoints().values().stream()
                .findFirst()
                .map(uri -> " at " + uri)
                .orElse("");
        console.note("worker " + worker.config().workerId() + " is up" + where + " after " + age.at(System.nanoTime())
                + ", namespace " + worker.config().namespace());
        if (!plan.ownDatabase()) {
            QueueAdministration queues = worker.durable().queues();
            console.note("its queues " + queues.eventQueue() + " and " + queues.deadLetterQueue()
                    + " stay in the database when it ends");
        }
        return true;
    }

    private Optional<DurableSide> readBack(WorkerSystem worker) {
        DurableSide durable = new DurableSide(ledger);
        long expected = ledger.tally().durableEvents();
        console.note("reading the durable events back out of "
                + worker.durable().queues().eventQueue() + " ...");
        Supplier<String> status =
                () -> "  " + Formats.count(durable.found()) + "/" + Formats.count(expected) + " events read back";
        try {
            Ending<Boolean> read = supervisor.run("read-back", status, HOPEFUL, () -> {
                try (DurableEventConsumer consumer = worker.durable().openConsumer(DurableSide.options())) {
                    int looks = 0;
                    do {
                        durable.read(consumer, expected);
                        if (plan.ownDatabase()) {
                            countLeftOver(worker.durable().queues(), durable);
                        }
                        looks++;
                        // Somebody may have published by this worker between the reading and the count.
                    } while (durable.hasUnread() && looks < MAX_LOOKS);
                }
                return true;
            });
            return read instanceof Ending.Done ? Optional.of(durable) : Optional.empty();
        } catch (TaskerException e) {
            troubles.add("the durable events could not be read back: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void countLeftOver(QueueAdministration queues, DurableSide durable) {
        queues.status(queues.eventQueue()).ifPresent(queue -> durable.leave(queue.length()));
    }

    private int conclude(WorkerSystem worker, FastSide fast, Optional<DurableSide> durable, long lines, long workNanos)
            throws InterruptedException {
        if (!troubles.isEmpty()) {
            // What is in flight may still end; what is counted afterwards is final.
            close(worker);
        }
        Ledger.Tally tally = ledger.tally();
        WorkerMetrics metrics = worker.metrics();
        DemoResult result = new DemoResult(
                plan.orders().toString(),
                tally,
                workNanos,
                ledger.firstEndNanos().map(age::at),
                ledger.failures(),
                Comparisons.of(lines, tally, metrics, fast, durable),
                troubles);
        console.data(plan.json() ? Summary.json(result) : Summary.text(result, console.outStyle()));
        durable.ifPresent(this::sayOthers);
        if (plan.stay() && !stop.isRequested() && troubles.isEmpty()) {
            console.note("the worker stays up until Ctrl-C; try 'tasker health', 'tasker metrics', 'tasker tail'");
            stop.await();
        }
        return result.agrees() ? OK : FAILED;
    }

    private void sayOthers(DurableSide durable) {
        if (durable.others() > 0) {
            console.note(Formats.count(durable.others(), "event")
                    + (durable.others() == 1 ? " of others stays" : " of others stay")
                    + " in the same queue; reading raised the read counts");
        }
        if (durable.duplicates() > 0) {
            console.note(Formats.count(durable.duplicates(), "event") + " came twice, as at-least-once allows");
        }
    }

    private int stopped(WorkerSystem worker) {
        close(worker);
        Ledger.Tally tally = ledger.tally();
        long open = tally.submitted() - tally.ended();
        console.note("stopped: " + Formats.count(tally.submitted(), "order") + " submitted, "
                + Formats.count(tally.succeeded()) + " processed, " + Formats.count(tally.failed()) + " failed, "
                + (open == 0 ? "none left open" : Formats.count(open) + " left open") + "; "
                + Formats.count(worker.metrics().domainEventsPublished(), "event") + " published");
        return signalCode();
    }

    private void close(WorkerSystem worker) {
        console.note("closing: what is in flight finishes ...");
        worker.close();
    }

    private int signalCode() {
        return stop.signal().map(StopSignal::exitCode).orElse(FAILED);
    }
}
