package hello;

import java.util.ArrayList;
import java.util.List;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;

/**
 * Keep the last events, and the places at which subscribers read them. Its monitor guards all of it, and is held for a
 * few instructions only; who waits for something waits in it. Safe for use by many threads.
 */
final class EventLog {
    private final InProcessDomainEvent[] ring;
    private final List<Reader> readers = new ArrayList<>();
    private long published;
    private long droppedByPast;
    private boolean open;

    EventLog(int capacity) {
        ring = new InProcessDomainEvent[capacity];
    }

    synchronized void open() {
        open = true;
    }

    synchronized void close() {
        open = false;
        notifyAll();
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized void append(List<InProcessDomainEvent> events) {
        if (!open) {
            throw new PublishException(
                    "TASKER-F101", "the channel is closed; publish while the worker is running", false, null);
        }
        for (InProcessDomainEvent event : events) {
            ring[slot(published++)] = event;
        }
        notifyAll();
    }

    /** Read from a position on; one that lies ahead is that of the next event. */
    synchronized Reader reader(EventPattern pattern, long position) {
        Reader reader = new Reader(this, pattern, Math.max(0, Math.min(position, published)), !open);
        if (open) {
            readers.add(reader);
        }
        return reader;
    }

    synchronized void forget(Reader reader) {
        if (readers.remove(reader)) {
            droppedByPast += reader.missed();
        }
        notifyAll();
    }

    synchronized InProcessDomainEvent at(long position) {
        return ring[slot(position)];
    }

    /** The position of the oldest event that is still kept. */
    synchronized long oldest() {
        return Math.max(0, published - ring.length);
    }

    synchronized long published() {
        return published;
    }

    synchronized long dropped() {
        return droppedByPast + readers.stream().mapToLong(Reader::missed).sum();
    }

    synchronized int subscribers() {
        return readers.size();
    }

    int capacity() {
        return ring.length;
    }

    private int slot(long position) {
        return (int) (position % ring.length);
    }
}
