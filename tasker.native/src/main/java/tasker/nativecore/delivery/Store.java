package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Use the consumer of a subscription: settle side by side, but never while visibilities are extended, so that an event
 * that was just given back is not hidden again; safe for use by many threads.
 */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private final DurableEventConsumer consumer;
    private final String queue;
    private final SubscriptionMeters meters;
    private final ReentrantReadWriteLock settling = new ReentrantReadWriteLock();
    private volatile Optional<String> problem = Optional.empty();

    Store(DurableEventConsumer consumer, String queue, SubscriptionMeters meters) {
        this.consumer = consumer;
        this.queue = queue;
        this.meters = meters;
    }

    /** Why the queue could not be read the last time; empty when it could. */
    Optional<String> problem() {
        return problem;
    }

    /** Read events, as the consumer does, and note whether that succeeds. */
    List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException {
        try {
            List<ReceivedEvent> events = Foreign.call(consumer, () -> consumer.receive(max, wait));
            if (problem.isPresent()) {
                problem = Optional.empty();
                LOG.info("event=consumer_reads_again queue={}", queue);
            }
            return events;
        } catch (RuntimeException | Error e) {
            meters.storeErrors.add(1);
            if (problem.isEmpty()) {
                LOG.warn("event=consumer_cannot_read queue={} reason=\"{}\"", queue, Failures.message(e));
            }
            problem = Optional.of(Failures.message(e));
            throw e;
        }
    }

    List<ReceivedEvent> acknowledge(List<ReceivedEvent> events) {
        return settle(() -> consumer.acknowledge(events));
    }

    boolean release(ReceivedEvent event, Duration delay) {
        return settle(() -> consumer.release(event, delay));
    }

    boolean deadLetter(ReceivedEvent event, String reason, Throwable cause) {
        return settle(() -> consumer.deadLetter(event, reason, Optional.of(cause)));
    }

    private <T> T settle(Supplier<T> call) {
        settling.readLock().lock();
        try {
            return Foreign.call(consumer, call::get);
        } catch (TaskerException e) {
            meters.storeErrors.add(1);
            throw e;
        } finally {
            settling.readLock().unlock();
        }
    }

    /** Do something while nothing is being settled. */
    void whileNothingSettles(Runnable action) {
        settling.writeLock().lock();
        try {
            action.run();
        } finally {
            settling.writeLock().unlock();
        }
    }

    /** Keep these hidden; only within {@link #whileNothingSettles}. */
    List<ReceivedEvent> extend(List<ReceivedEvent> events, Duration visibility) {
        try {
            return Foreign.call(consumer, () -> consumer.extend(events, visibility));
        } catch (TaskerException e) {
            meters.storeErrors.add(1);
            throw e;
        }
    }

    void close() {
        Foreign.run(consumer, consumer::close);
    }
}
