package tasker.nativecore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.FastTransport;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.tracing.Tracing;
import tasker.nativecore.tracing.Work;

/**
 * Lead events through the hooks of one subscriber, and count how that went; safe for use by many threads.
 *
 * <p>What the hooks throw is thrown on to the transport, which contains and logs it as it does for any listener. Once
 * closed, this keeps the counts, and nothing of the subscriber.
 */
final class Subscriber implements FastTransport.Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private final String name;
    private final StripedCounter received = new StripedCounter();
    private final StripedCounter handled = new StripedCounter();
    private final StripedCounter failed = new StripedCounter();
    private final StripedCounter errorHookFailures = new StripedCounter();
    private final Tracing tracing;
    private final String system;
    private final FastTransport.Registration registration;

    /** Until the close. */
    private volatile @Nullable EventSubscriber hooks;

    /** Give this subscriber the events of the transport from now on. */
    Subscriber(String name, EventSubscriber hooks, FastTransport transport, Tracing tracing) {
        this.tracing = tracing;
        system = transport.name();
        this.name = name;
        this.hooks = hooks;
        EventPattern pattern = Foreign.call(hooks, hooks::pattern);
        registration = Foreign.call(transport, () -> transport.listen(name, pattern, this::receive));
    }

    SubscriberFigures figures() {
        return new SubscriberFigures(
                isActive(), received.value(), handled.value(), failed.value(), errorHookFailures.value());
    }

    /** Whether an event is with the hooks at this moment. */
    boolean isBusy() {
        long done = handled.value() + failed.value();
        return received.value() > done;
    }

    boolean isActive() {
        return hooks != null;
    }

    @Override
    public void close() {
        hooks = null;
        registration.close();
    }

    private void receive(InProcessDomainEvent event) {
        EventSubscriber to = hooks;
        if (to == null) {
            return;
        }
        received.increment();
        // The transport calls with the context that the event was published in as the current one.
        Work work = tracing.process(
                system, event.eventType(), event.eventId(), event.correlationId(), TraceContext.current());
        try {
            work.call(() -> {
                handle(to, event);
                return Boolean.TRUE;
            });
            handled.increment();
            work.end(null);
        } catch (Throwable thrown) {
            work.end(thrown);
            try {
                tell(to, event, thrown);
            } finally {
                failed.increment();
            }
            throw Subscriber.<RuntimeException>unchecked(thrown);
        }
    }

    private static void handle(EventSubscriber to, InProcessDomainEvent event) throws Exception {
        Foreign.run(to, () -> {
            to.before(event);
            to.handle(event);
            to.after(event);
        });
    }

    private void tell(EventSubscriber to, InProcessDomainEvent event, Throwable thrown) {
        try {
            Foreign.run(to, () -> to.onError(event, thrown));
        } catch (Throwable again) {
            errorHookFailures.increment();
            long times = errorHookFailures.value();
            // Often enough to be found, and seldom enough to fill no log: the first time, the second, the fourth, …
            if (Long.bitCount(times) == 1) {
                LOG.warn("event=subscriber_hook_failed subscriber={} times={}", name, times, Failures.loggable(again));
            }
        }
    }

    /** Throw as it is what a listener has no room for in its signature. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
