package tasker.nativecore;

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

/** Lead events through the hooks of one subscriber, and count how that went; safe for use by many threads. */
final class Subscriber implements FastTransport.Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private final String name;
    private final EventSubscriber hooks;
    private final StripedCounter received = new StripedCounter();
    private final StripedCounter handled = new StripedCounter();
    private final StripedCounter failed = new StripedCounter();
    private final StripedCounter errorHookFailures = new StripedCounter();
    private final Tracing tracing;
    private final String system;
    private final FastTransport.Registration registration;
    private volatile boolean active = true;

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
                active, received.value(), handled.value(), failed.value(), errorHookFailures.value());
    }

    @Override
    public void close() {
        active = false;
        registration.close();
    }

    private void receive(InProcessDomainEvent event) {
        if (!active) {
            return;
        }
        received.increment();
        // The transport calls with the context that the event was published in as the current one.
        Work work = tracing.process(
                system, event.eventType(), event.eventId(), event.correlationId(), TraceContext.current());
        try {
            work.call(() -> {
                handle(event);
                return Boolean.TRUE;
            });
            handled.increment();
            work.end(null);
        } catch (Throwable thrown) {
            work.end(thrown);
            failed.increment();
            LOG.warn(
                    "event=subscriber_failed subscriber={} event_type={} event_id={} error={}",
                    name,
                    event.eventType(),
                    event.eventId(),
                    Failures.describe(thrown));
            tell(event, thrown);
        }
    }

    private void handle(InProcessDomainEvent event) throws Exception {
        Foreign.run(hooks, () -> {
            hooks.before(event);
            hooks.handle(event);
            hooks.after(event);
        });
    }

    private void tell(InProcessDomainEvent event, Throwable thrown) {
        try {
            Foreign.run(hooks, () -> hooks.onError(event, thrown));
        } catch (Throwable again) {
            errorHookFailures.increment();
            LOG.warn("event=subscriber_hook_failed subscriber={} error={}", name, Failures.describe(again));
        }
    }
}
