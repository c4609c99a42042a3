package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.json.Json;
import tasker.nativecore.json.StepResultMessage;

/**
 * Receive the steps of one queue and settle them; safe for use by many threads.
 *
 * <p>Nothing is asked of the database before the first {@link #receive}, which makes the queues that are missing.
 */
final class PgmqStepSource implements StepSource {
    private final Operations operations;
    private final StepQueues queues;
    private final Runnable whenMade;
    private final ConsumerOptions options;
    private final long pollNanos;
    private final Wakeups.Waiter waiter;
    private final Encoder encoder;
    private final String workerId;
    private final StepDecoder decoder;
    private final StepReturns returns;
    private final ReadSettlement settlement;
    private final StepWriter writer;
    private final StepGroups groups;
    private final Burial burial;
    /** Taken by what locks several messages that are held, so that none waits for another that waits for it. */
    private final ReentrantLock rows = new ReentrantLock();

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable QueueReader reader;

    /**
     * Make a source.
     *
     * @param whenMade is run when the queues are there
     */
    PgmqStepSource(
            Operations operations,
            StepQueues queues,
            Runnable whenMade,
            PgmqSettings settings,
            PgmqMeters meters,
            Wakeups wakeups,
            Encoder encoder,
            EventWriter eventWriter,
            String workerId) {
        this.operations = operations;
        this.queues = queues;
        this.whenMade = whenMade;
        this.pollNanos = settings.pollInterval().toNanos();
        this.encoder = encoder;
        this.workerId = workerId;
        options = ConsumerOptions.defaults().withVisibilityTimeout(settings.stepVisibility());
        waiter = wakeups.waiter(queues.steps());
        decoder = new StepDecoder(queues.steps());
        returns = new StepReturns(queues.steps());
        // Steps are deleted, for which the shape of the archive does not matter.
        settlement = new ReadSettlement(queues.steps(), options, new Capabilities(false, false));
        writer = new StepWriter(operations, queues, settlement, eventWriter, meters, wakeups);
        groups = new StepGroups(this::write);
        burial = new Burial(operations, queues.steps(), meters, false);
    }

    @Override
    public String queue() {
        return queues.steps().text();
    }

    @Override
    public Duration visibility() {
        return options.visibilityTimeout();
    }

    @Override
    public List<ReceivedStep> receive(int max, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + Math.min(Math.max(wait.toMillis(), 0), Integer.MAX_VALUE) * 1_000_000L;
        while (true) {
            requireOpen();
            long seen = waiter.seen();
            long began = System.nanoTime();
            List<QueueReader.Message> messages =
                    read("receive steps from", (queue, connection) -> queue.read(connection, max));
            if (!messages.isEmpty()) {
                if (messages.size() == max) {
                    waiter.passOn();
                }
                return messages.stream().map(decoder::read).toList();
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return List.of();
            }
            long due = read("see what is due in", (queue, connection) -> queue.nextDue(connection, began));
            waiter.await(seen, Math.min(Math.min(left, pollNanos), due));
        }
    }

    /** Look into the queue. */
    @FunctionalInterface
    private interface Look<T> {
        T into(QueueReader queue, Connection connection) throws SQLException;
    }

    private <T> T read(String what, Look<T> look) throws InterruptedException {
        QueueReader known = reader;
        QueueReader current = known == null ? prepare() : known;
        try {
            return operations.repeat(what + " '" + queues.steps() + "'", connection -> look.into(current, connection));
        } catch (TaskerException e) {
            if (e.code().equals("TASKER-Q113")) {
                // Made again by the next receive.
                reader = null;
            }
            throw e;
        }
    }

    private QueueReader prepare() throws InterruptedException {
        QueueReader made =
                operations.runInterruptibly("open the queue of steps '" + queues.steps() + "'", connection -> {
                    queues.ensure(connection);
                    return new QueueReader(queues.steps(), options, Capabilities.of(connection, queues.steps()), false);
                });
        whenMade.run();
        reader = made;
        return made;
    }

    @Override
    public List<ReceivedStep.Step> extend(Collection<ReceivedStep.Step> steps, Duration visibility) {
        requireOpen();
        if (steps.isEmpty()) {
            return List.of();
        }
        List<Fence> fences = steps.stream().map(Fence::of).toList();
        Set<Long> kept;
        rows.lock();
        try {
            kept = operations.run(
                    "extend the visibility of steps of '" + queues.steps() + "'",
                    connection -> settlement.extend(connection, fences, visibility));
        } finally {
            rows.unlock();
        }
        return steps.stream()
                .filter(step -> !kept.contains(Fence.of(step).messageId()))
                .toList();
    }

    @Override
    public void leave(Collection<ReceivedStep.Step> steps) {
        requireOpen();
        if (!steps.isEmpty()) {
            operations.run(
                    "leave steps of '" + queues.steps() + "' to others",
                    connection -> returns.leave(connection, steps));
        }
    }

    @Override
    public boolean settle(StepSettlement settled) {
        requireOpen();
        Fence fence = Fence.of(settled.step());
        if (writer.isSettled(fence)) {
            return true;
        }
        Optional<Outgoing> events = settled.events().isEmpty()
                ? Optional.empty()
                : Optional.of(encoder.encode(settled.events(), PublishOptions.defaults()));
        StepEnding ending = new StepEnding(fence, result(settled), events);
        groups.settle(ending);
        return ending.outcome();
    }

    private EventMessage result(StepSettlement settled) {
        return new EventMessage(
                Json.text(StepResultMessage.fields(
                        settled.outcome(), settled.step().fleet(), workerId)),
                null);
    }

    private void write(List<StepEnding> group) {
        rows.lock();
        try {
            writer.write(group);
        } finally {
            rows.unlock();
        }
    }

    @Override
    public boolean release(ReceivedStep.Step step, int nextAttempt, Duration delay) {
        requireOpen();
        boolean done = operations.run(
                "release a step of '" + queues.steps() + "'",
                connection -> returns.release(connection, step, nextAttempt, delay));
        waiter.announce();
        return done;
    }

    @Override
    public boolean deadLetter(ReceivedStep step, String reason) {
        requireOpen();
        DeathNote.Cause cause =
                step instanceof ReceivedStep.Malformed ? DeathNote.Cause.MALFORMED : DeathNote.Cause.MAX_READS;
        return burial.bury(Map.of(Fence.of(step), DeathNote.of(cause, reason))) == 1;
    }

    @Override
    public boolean deadLetter(ReceivedStep.Step step, ResultRefusedException refusal) {
        requireOpen();
        return burial.bury(Map.of(
                        Fence.of(step), DeathNote.of(DeathNote.Cause.RESULT, String.valueOf(refusal.getMessage()))))
                == 1;
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new TaskerException("TASKER-Q108", "the source of '" + queues.steps() + "' is closed");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            waiter.close();
        }
    }
}
