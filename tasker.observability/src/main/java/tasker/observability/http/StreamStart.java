package tasker.observability.http;

import java.util.Map;
import java.util.Optional;
import tasker.events.api.EventPattern;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.nativecore.WorkerSystem;

/**
 * Say where an event stream begins: now, where the client was when it left, or some events back.
 *
 * @param position where the client was, in this life of the fast path
 * @param last how many events back to begin when it is not known where the client was, if they are kept
 * @param isBroken whether the client was somewhere that cannot be gone on from
 */
record StreamStart(Optional<Long> position, int last, boolean isBroken) {
    private static final int MAX_LAST = 1_000_000;

    /**
     * Read the parameter {@code last} and the header {@code Last-Event-ID}.
     *
     * @param lastEventId the header
     * @param streamId comes before positions in ids of this life of the fast path
     * @throws HttpFailure with status 400 when {@code last} is no number in its range
     */
    static StreamStart of(Query query, Optional<String> lastEventId, String streamId) {
        int last = query.get("last").map(StreamStart::number).orElse(0);
        // A client that has seen no id yet may send an empty one.
        Optional<String> seen = lastEventId.filter(id -> !id.isBlank());
        Optional<Long> position = seen.flatMap(id -> position(id, streamId + "-"));
        return new StreamStart(position, last, seen.isPresent() && position.isEmpty());
    }

    EventPoller subscribe(WorkerSystem worker, EventPattern pattern) {
        if (position.isPresent()) {
            return worker.subscribe(pattern, position.get());
        }
        if (last == 0) {
            return worker.subscribe(pattern);
        }
        FastTransport transport = worker.fast();
        // What is older may be overwritten before it is read, and would then count as missed.
        int back = Math.min(last, transport.capacity() / 2);
        return worker.subscribe(pattern, transport.published() - back);
    }

    private static Optional<Long> position(String id, String prefix) {
        try {
            return Optional.of(id)
                    .filter(text -> text.startsWith(prefix))
                    .map(text -> Long.parseLong(text, prefix.length(), text.length(), 10))
                    .filter(position -> position >= 0);
        } catch (NumberFormatException ignored) {
            // Ids come back as they were sent; this one was made up, and says as little as one of another life.
            return Optional.empty();
        }
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= MAX_LAST) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // Refused below, like a number that is out of range.
        }
        throw new HttpFailure(
                400, new InvalidValueException("last", "is '" + text + "'; expected 0 to " + MAX_LAST), Map.of());
    }
}
