package tasker.events.inprocess;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.InProcessDomainEvent;

/** Keep the subscriptions of reactive streams until they end; safe for use by many threads. */
final class Flows {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessTransport.class);

    private final Set<FlowSubscription> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong errors = new AtomicLong();
    private final FailureLog failures = new FailureLog();

    /** A stream that takes a poller for each subscriber, and calls it in this context of the log. */
    Flow.Publisher<InProcessDomainEvent> of(Supplier<ChannelEventPoller> source, Supplier<LogContext> logContext) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            FlowSubscription subscription = new FlowSubscription(source.get(), subscriber, this, logContext.get());
            open.add(subscription);
            subscription.begin();
        };
    }

    /** How often a subscriber has thrown. */
    long errors() {
        return errors.get();
    }

    int open() {
        return open.size();
    }

    void forget(FlowSubscription subscription) {
        open.remove(subscription);
    }

    /** Tell that a subscriber threw, and that its subscription is cancelled. */
    void failed(Flow.@Nullable Subscriber<?> subscriber, Throwable failure) {
        long count = errors.incrementAndGet();
        String name = subscriber == null ? "" : subscriber.getClass().getName();
        failures.log(
                name,
                failure,
                printable -> LOG.warn(
                        "event=flow_subscriber_failed code=TASKER-F105 subscriber={} errors={} reason=\"it threw, which"
                                + " reactive streams forbid; its subscription is cancelled\"",
                        name,
                        count,
                        printable));
    }

    /** Tell that a subscription's thread has ended. */
    synchronized void idle() {
        notifyAll();
    }

    /**
     * Let all subscribers know that the channel is closed, and wait until those that ask for more have the rest, or
     * until this moment on the clock of {@link System#nanoTime()}.
     */
    void close(long deadline) throws InterruptedException {
        open.forEach(FlowSubscription::signal);
        synchronized (this) {
            for (long remaining = deadline - System.nanoTime();
                    remaining > 0 && open.stream().anyMatch(FlowSubscription::isDelivering);
                    remaining = deadline - System.nanoTime()) {
                wait(remaining / 1_000_000, (int) (remaining % 1_000_000));
            }
        }
    }
}
