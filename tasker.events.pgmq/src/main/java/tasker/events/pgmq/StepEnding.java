package tasker.events.pgmq;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;

/** Hold one step that waits to be settled with others, and what became of that; shared by two threads. */
final class StepEnding {
    private final Fence fence;
    private final EventMessage result;
    private final Optional<Outgoing> events;
    private final CompletableFuture<Boolean> turn = new CompletableFuture<>();
    private boolean over;
    private boolean settled;
    private @Nullable TaskerException failure;

    StepEnding(Fence fence, EventMessage result, Optional<Outgoing> events) {
        this.fence = fence;
        this.result = result;
        this.events = events;
    }

    Fence fence() {
        return fence;
    }

    EventMessage result() {
        return result;
    }

    Optional<Outgoing> events() {
        return events;
    }

    int eventCount() {
        return events.map(Outgoing::size).orElse(0);
    }

    long length() {
        return result.length() + events.map(Outgoing::length).orElse(0L);
    }

    /** Wait for the end, or for the turn to settle a group that this belongs to; {@code true} for the latter. */
    boolean awaitTurn() {
        return turn.join();
    }

    /** Let the thread that waits settle the next group. */
    void giveTurn() {
        turn.complete(true);
    }

    void end(boolean wasSettled) {
        settled = wasSettled;
        endNow();
    }

    void fail(TaskerException reason) {
        failure = reason;
        endNow();
    }

    private void endNow() {
        over = true;
        turn.complete(false);
    }

    /** Whether it has ended; for the thread that settles. */
    boolean isOver() {
        return over;
    }

    /** Whether it was settled; for the thread that waited. */
    boolean outcome() {
        if (failure != null) {
            throw failure;
        }
        return settled;
    }
}
