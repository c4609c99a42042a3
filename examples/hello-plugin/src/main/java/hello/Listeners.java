package hello;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tasker.events.api.InProcessDomainEvent;

/** Call all listeners on one thread, each event in the order of the log; safe for use by many threads. */
final class Listeners implements Runnable {
    private static final Logger LOG = System.getLogger(LockedTransport.class.getName());

    private final EventLog log;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private record Listener(String name, Reader reader, Consumer<InProcessDomainEvent> consumer) {}

    private record Call(Listener listener, InProcessDomainEvent event) {}

    Listeners(EventLog log) {
        this.log = log;
    }

    /** Call this for what the reader reads, until the reader is closed. */
    void add(String name, Reader reader, Consumer<InProcessDomainEvent> consumer) {
        synchronized (log) {
            listeners.add(new Listener(name, reader, consumer));
            log.notifyAll();
        }
    }

    /** Deliver until the log is closed and everyone has the rest, or until the interrupt that ends the wait for that. */
    @Override
    public void run() {
        try {
            for (Optional<Call> call = next(); call.isPresent(); call = next()) {
                deliver(call.get());
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "event=listeners_interrupted");
        }
        listeners.forEach(listener -> listener.reader().close());
    }

    private void deliver(Call call) {
        try {
            call.listener().consumer().accept(call.event());
        } catch (Throwable failure) {
            LOG.log(
                    Level.WARNING,
                    "event=listener_failed code=TASKER-F102 listener=" + call.listener().name(),
                    failure);
        }
    }

    private Optional<Call> next() throws InterruptedException {
        synchronized (log) {
            while (true) {
                listeners.removeIf(listener -> listener.reader().isClosed() && log.isOpen());
                Optional<Listener> due = firstDue();
                if (due.isPresent()) {
                    Listener listener = due.get();
                    return listener.reader().poll().map(event -> new Call(listener, event));
                }
                if (!log.isOpen()) {
                    return Optional.empty();
                }
                log.wait();
            }
        }
    }

    /** The listener whose next event comes first in the log. */
    private Optional<Listener> firstDue() {
        Listener first = null;
        long earliest = Long.MAX_VALUE;
        for (Listener listener : listeners) {
            long position = listener.reader().seek();
            if (position >= 0 && position < earliest) {
                earliest = position;
                first = listener;
            }
        }
        return Optional.ofNullable(first);
    }
}
