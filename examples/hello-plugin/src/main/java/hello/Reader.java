package hello;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;

/** Read the log from one position on; the log's monitor guards its state, so that it is safe for use by many threads. */
final class Reader implements EventPoller {
    private final EventLog log;
    private final EventPattern pattern;
    private final AtomicBoolean polling = new AtomicBoolean();
    private long position;
    private long missed;
    private boolean closed;

    Reader(EventLog log, EventPattern pattern, long position, boolean closed) {
        this.log = log;
        this.pattern = pattern;
        this.position = position;
        this.closed = closed;
    }

    /** The position of the next event that fits; below 0 when there is none now. */
    long seek() {
        synchronized (log) {
            if (closed) {
                return -1;
            }
            skipOverwritten();
            while (position < log.published()) {
                if (pattern.matches(log.at(position).eventType())) {
                    return position;
                }
                position++;
            }
            return -1;
        }
    }

    @Override
    public Optional<InProcessDomainEvent> poll() {
        synchronized (log) {
            return seek() < 0 ? Optional.empty() : Optional.of(log.at(position++));
        }
    }

    @Override
    public Optional<InProcessDomainEvent> poll(Duration bound) throws InterruptedException {
        if (!polling.compareAndSet(false, true)) {
            throw new IllegalStateException("another thread waits in this poller");
        }
        try {
            return await(bound);
        } finally {
            polling.set(false);
        }
    }

    private Optional<InProcessDomainEvent> await(Duration bound) throws InterruptedException {
        long begin = System.nanoTime();
        synchronized (log) {
            while (seek() < 0 && !isClosed()) {
                long left = bound.toNanos() - (System.nanoTime() - begin);
                if (left <= 0) {
                    return Optional.empty();
                }
                log.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return poll();
        }
    }

    @Override
    public long position() {
        synchronized (log) {
            return position;
        }
    }

    @Override
    public long missed() {
        synchronized (log) {
            if (!closed) {
                skipOverwritten();
            }
            return missed;
        }
    }

    @Override
    public boolean isClosed() {
        synchronized (log) {
            return closed || (!log.isOpen() && seek() < 0);
        }
    }

    @Override
    public void close() {
        synchronized (log) {
            if (!closed) {
                log.forget(this);
                closed = true;
            }
        }
    }

    private void skipOverwritten() {
        long oldest = log.oldest();
        if (position < oldest) {
            missed += oldest - position;
            position = oldest;
        }
    }
}
