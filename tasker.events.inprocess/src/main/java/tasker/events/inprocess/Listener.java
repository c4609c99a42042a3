package tasker.events.inprocess;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/** Call one listener for the events that it wants, and contain what it throws; for use by the poller's thread. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessDomainEventPoller.class);
    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final EventPattern pattern;
    private final Consumer<InProcessDomainEvent> consumer;
    private long errors;
    private long loggedAt;

    Listener(EventPattern pattern, Consumer<InProcessDomainEvent> consumer) {
        this.pattern = Objects.requireNonNull(pattern, "pattern");
        this.consumer = Objects.requireNonNull(consumer, "listener");
    }

    /** Call the listener if it wants the event; {@code false} when it threw. */
    boolean accept(InProcessDomainEvent event) {
        if (!pattern.matches(event.eventType())) {
            return true;
        }
        try {
            consumer.accept(event);
            return true;
        } catch (Throwable failure) {
            errors++;
            log(event, failure);
            return false;
        } finally {
            // An interrupt that the listener left behind must not end the poller's next wait.
            Thread.interrupted();
        }
    }

    private void log(InProcessDomainEvent event, Throwable failure) {
        long now = System.nanoTime();
        if (errors == 1 || now - loggedAt >= LOG_EVERY_NANOS) {
            loggedAt = now;
            LOG.warn(
                    "event=listener_failed code=TASKER-F102 pattern={} listener={} errors={} event_id={} event_type={}"
                            + " reason=\"it threw; it is called again for the next event\"",
                    pattern,
                    consumer.getClass().getName(),
                    errors,
                    event.eventId(),
                    event.eventType(),
                    failure);
        }
    }
}
