package tasker.events.inprocess;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/** Call one listener, contain what it throws, and tell what it did wrong, in the log at most now and then. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessDomainEventPoller.class);

    private final String name;
    private final EventPattern pattern;
    private final Consumer<InProcessDomainEvent> consumer;
    private final ListenerStats.Counts counts;
    private final FailureLog failures = new FailureLog();
    private final OnceInAWhile slowLog = new OnceInAWhile();

    Listener(String name, EventPattern pattern, Consumer<InProcessDomainEvent> consumer, ListenerStats.Counts counts) {
        this.name = name;
        this.pattern = Objects.requireNonNull(pattern, "pattern");
        this.consumer = Objects.requireNonNull(consumer, "listener");
        this.counts = counts;
    }

    String name() {
        return name;
    }

    EventPattern pattern() {
        return pattern;
    }

    /** Call the listener, on the poller's thread; {@code false} when it threw. */
    boolean accept(InProcessDomainEvent event) {
        try {
            consumer.accept(event);
            return true;
        } catch (Throwable failure) {
            long errors = counts.errors().incrementAndGet();
            failures.log(
                    name,
                    failure,
                    printable -> LOG.warn(
                            "event=listener_failed code=TASKER-F102 listener={} pattern={} errors={} event_id={}"
                                    + " event_type={} reason=\"it threw; it is called again for the next event\"",
                            name,
                            pattern,
                            errors,
                            event.eventId(),
                            event.eventType(),
                            printable));
            return false;
        } finally {
            // An interrupt that the listener left behind must not end the poller's next wait.
            Thread.interrupted();
        }
    }

    /** Tell that one call has taken too long, on whichever thread has noticed. */
    void slow(long nanos, Duration limit, boolean running) {
        long calls = counts.slow().incrementAndGet();
        if (slowLog.isDue()) {
            LOG.warn(
                    "event=listener_slow code=TASKER-F104 listener={} pattern={} took_ms={} limit_ms={} running={}"
                            + " slow_calls={} reason=\"other listeners wait for it, and miss what is overwritten\"",
                    name,
                    pattern,
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    limit.toMillis(),
                    running,
                    calls);
        }
    }
}
