package tasker.events.pgmq;

import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;

/** Bring messages to the dead letters, count them, and say so in the log; safe for use by many threads. */
final class Burial {
    private static final Logger LOG = LoggerFactory.getLogger(Burial.class);

    private final Operations operations;
    private final QueueName queue;
    private final DeadLetters deadLetters;
    private final PgmqMeters meters;
    private final boolean tells;

    /** Bury the messages of a queue, and say so, unless whoever asks for it does. */
    Burial(Operations operations, QueueName queue, PgmqMeters meters, boolean tells) {
        this.tells = tells;
        this.operations = operations;
        this.queue = queue;
        this.deadLetters = new DeadLetters(queue);
        this.meters = meters;
    }

    /** Move these messages and tell how many were still the reader's. */
    int bury(Map<Fence, DeathNote> notes) {
        if (notes.isEmpty()) {
            return 0;
        }
        Set<Long> moved = move(notes);
        notes.forEach((fence, note) -> {
            if (moved.contains(fence.messageId())) {
                meters.deadLettered(note.cause());
                tell(fence, note);
            } else {
                meters.lost(1);
            }
        });
        return moved.size();
    }

    private void tell(Fence fence, DeathNote note) {
        if (tells) {
            LOG.warn(
                    "event=dead_lettered queue={} msg_id={} read_count={} cause={} reason=\"{}\"",
                    queue,
                    fence.messageId(),
                    fence.readCount() - note.cause().vainReads(),
                    note.cause().label(),
                    note.reason());
        }
    }

    /** What cannot be moved comes back after its visibility; it must not cost the events that were read with it. */
    void buryIfPossible(Map<Fence, DeathNote> notes) {
        try {
            bury(notes);
        } catch (TaskerException e) {
            LOG.warn(
                    "event=dead_lettering_failed queue={} messages={} reason=\"{}\"",
                    queue,
                    notes.size(),
                    e.getMessage());
        }
    }

    /** Move messages to their dead letters, whose queue is made again when it was dropped. */
    private Set<Long> move(Map<Fence, DeathNote> notes) {
        String what = "move dead letters of '" + queue + "'";
        try {
            return operations.run(what, connection -> deadLetters.move(connection, notes));
        } catch (TaskerException e) {
            if (!e.code().equals("TASKER-Q113") || queue.isDeadLetters()) {
                throw e;
            }
        }
        return operations.run(what, connection -> {
            Queues.ensure(connection, queue.deadLetters());
            return deadLetters.move(connection, notes);
        });
    }
}
