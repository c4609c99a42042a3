package tasker.events.pgmq;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Know who waits for which queue: those who write in this process announce it here, and what other processes write
 * comes through the {@link Listener}. Safe for use by many threads.
 */
final class Wakeups {
    private final Map<QueueName, Arrivals> arrivals = new ConcurrentHashMap<>();
    private final Listener listener;

    Wakeups(Connector connector, Target target, PgmqSettings settings, PgmqMeters meters) {
        listener = new Listener(
                connector, target, settings, meters, queue -> of(queue).announce());
    }

    /** The arrivals of a queue. */
    Arrivals of(QueueName queue) {
        return arrivals.computeIfAbsent(queue, ignored -> new Arrivals());
    }

    Listener listener() {
        return listener;
    }

    /** Begin to wait for a queue; nobody listens for it before somebody really has to wait. */
    Waiter waiter(QueueName queue) {
        return new Waiter(queue, of(queue));
    }

    /** Wake all who wait, and listen no more. */
    void close() throws InterruptedException {
        arrivals.values().forEach(Arrivals::announceToAll);
        listener.close();
    }

    /** Wait for one queue on behalf of one consumer; safe for use by many threads. */
    final class Waiter {
        private final QueueName queue;
        private final Arrivals arrivals;
        private final AtomicBoolean listening = new AtomicBoolean();

        private Waiter(QueueName queue, Arrivals arrivals) {
            this.queue = queue;
            this.arrivals = arrivals;
        }

        long seen() {
            return arrivals.seen();
        }

        void await(long seen, long nanos) throws InterruptedException {
            if (listening.compareAndSet(false, true)) {
                listener.want(queue);
            }
            arrivals.await(seen, nanos);
        }

        void announce() {
            arrivals.announce();
        }

        void passOn() {
            arrivals.passOn();
        }

        void close() {
            if (listening.compareAndSet(true, false)) {
                listener.unwant(queue);
            }
            arrivals.announceToAll();
        }
    }
}
