package tasker.examples.orders;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remember which orders were seen, and where, to find those that come twice.
 *
 * <p>Remembers the last {@value #CAPACITY} only, so that a worker may run for years. Safe for use by many threads.
 */
final class SeenOrders {
    static final int CAPACITY = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Long> lines = new LinkedHashMap<>();

    /**
     * Remember an order, unless it was seen in another line: then say in which. A step that is tried again comes with
     * the same line, and is no duplicate.
     */
    Optional<Long> remember(String orderId, long line) {
        lock.lock();
        try {
            Long first = lines.putIfAbsent(orderId, line);
            if (lines.size() > CAPACITY) {
                lines.pollFirstEntry();
            }
            return Optional.ofNullable(first).filter(other -> other != line);
        } finally {
            lock.unlock();
        }
    }
}
