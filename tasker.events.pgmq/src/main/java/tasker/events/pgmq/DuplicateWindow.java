package tasker.events.pgmq;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Remember for a while in which message each event came, to tell one that comes in a second message.
 *
 * <p>Holds at most {@value #MOST} ids, a few megabytes; when more come within the time, the oldest are forgotten
 * earlier. Safe for use by many threads.
 */
final class DuplicateWindow {
    static final int MOST = 65_536;

    private final long nanos;
    private final Map<UUID, First> seen = new LinkedHashMap<>();

    /** Where an event came first, and when. */
    private record First(long messageId, long atNanos) {}

    /** Remember ids this long; not at all when it is zero. */
    DuplicateWindow(Duration window) {
        nanos = window.toNanos();
    }

    /** Note an event, and tell whether it came in another message before. */
    synchronized boolean isDuplicate(UUID event, long messageId, long nowNanos) {
        if (nanos == 0) {
            return false;
        }
        forget(nowNanos);
        First first = seen.putIfAbsent(event, new First(messageId, nowNanos));
        if (first == null && seen.size() > MOST) {
            dropEldest();
        }
        return first != null && first.messageId() != messageId;
    }

    synchronized int size() {
        return seen.size();
    }

    private void forget(long nowNanos) {
        Iterator<First> eldest = seen.values().iterator();
        while (eldest.hasNext() && nowNanos - eldest.next().atNanos() > nanos) {
            eldest.remove();
        }
    }

    private void dropEldest() {
        Iterator<First> eldest = seen.values().iterator();
        eldest.next();
        eldest.remove();
    }
}
