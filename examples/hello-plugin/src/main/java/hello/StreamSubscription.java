package hello;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Flow;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventFlowSubscription;

/** Hand events to one subscriber, as many as it asks for, on a thread of its own; safe for use by many threads. */
final class StreamSubscription implements EventFlowSubscription, Runnable {
    private static final Logger LOG = System.getLogger(LockedTransport.class.getName());

    private final EventLog log;
    private final Reader reader;
    private final Flow.Subscriber<? super InProcessDomainEvent> subscriber;
    private long demand;
    private boolean cancelled;
    private Optional<IllegalArgumentException> refused = Optional.empty();

    StreamSubscription(EventLog log, Reader reader, Flow.Subscriber<? super InProcessDomainEvent> subscriber) {
        this.log = log;
        this.reader = reader;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
        synchronized (log) {
            if (count <= 0) {
                refused = Optional.of(new IllegalArgumentException("request(" + count + "): at least 1 must be asked"));
            } else {
                demand = demand > Long.MAX_VALUE - count ? Long.MAX_VALUE : demand + count;
            }
            log.notifyAll();
        }
    }

    @Override
    public void cancel() {
        synchronized (log) {
            cancelled = true;
            reader.close();
        }
    }

    @Override
    public long missed() {
        return reader.missed();
    }

    /** Whether it would deliver, or end, if it had the time. */
    boolean isBusy() {
        synchronized (log) {
            return !cancelled && (demand > 0 || reader.isClosed());
        }
    }

    /** Call onSubscribe on this thread; whatever follows comes from another. */
    void begin() {
        try {
            subscriber.onSubscribe(this);
        } catch (Throwable failure) {
            failed(failure);
            cancel();
        }
    }

    @Override
    public void run() {
        try {
            for (Optional<InProcessDomainEvent> event = next(); event.isPresent(); event = next()) {
                subscriber.onNext(event.get());
            }
            end();
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "event=subscriber_interrupted");
        } catch (Throwable failure) {
            failed(failure);
        } finally {
            cancel();
        }
    }

    /** The next event that was asked for; empty at the end. */
    private Optional<InProcessDomainEvent> next() throws InterruptedException {
        synchronized (log) {
            while (!cancelled && refused.isEmpty() && !reader.isClosed()) {
                if (demand > 0 && reader.seek() >= 0) {
                    demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                    return reader.poll();
                }
                log.wait();
            }
            return Optional.empty();
        }
    }

    private void failed(Throwable failure) {
        LOG.log(
                Level.WARNING,
                "event=flow_subscriber_failed code=TASKER-F105 subscriber="
                        + subscriber.getClass().getName(),
                failure);
    }

    private void end() {
        boolean silent;
        Optional<IllegalArgumentException> why;
        synchronized (log) {
            silent = cancelled;
            why = refused;
        }
        if (!silent) {
            why.ifPresentOrElse(subscriber::onError, subscriber::onComplete);
        }
    }
}
