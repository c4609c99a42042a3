package tasker.benchmarks.fastpath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/**
 * Ours. It never waits, so that waiting rather than losing is done here, the way the Disruptor does it: publish up to a
 * limit that is remembered, look at the slowest subscriber only when that is reached, and sleep as short as the system
 * can while there is no room.
 */
final class RingPeer implements Peer {
    private static final Duration BOUND = Duration.ofMillis(50);

    /** Each may pass the limit by one, when both have looked before either has published. */
    private static final int MAX_PUBLISHERS = 2;

    private final BroadcastChannel<Event> channel = new BroadcastChannel<>(CAPACITY);
    private final List<BroadcastReceiver<Event>> receivers = new ArrayList<>();

    /** How many may have been published before the subscribers must be looked at. */
    private volatile long limit;

    @Override
    public void deliverTo(List<Sink> sinks) {
        for (Sink sink : sinks) {
            BroadcastReceiver<Event> receiver = channel.subscribe();
            receivers.add(receiver);
            Threads.start(() -> {
                while (!receiver.isClosed()) {
                    Optional<Event> event = receiver.poll(BOUND);
                    if (event.isPresent()) {
                        sink.accept(event.get());
                    }
                }
            });
        }
    }

    @Override
    public void publish(Event event) {
        while (channel.published() >= limit && !makeRoom()) {
            LockSupport.parkNanos(1);
        }
        channel.publish(event);
    }

    /** The count is read before the backlog, so that the limit may be too low for a moment, but never too high. */
    private boolean makeRoom() {
        long published = channel.published();
        int room = CAPACITY - MAX_PUBLISHERS - channel.backlog();
        limit = published + room;
        return room > 0;
    }

    @Override
    public void offer(Event event) {
        channel.publish(event);
    }

    @Override
    public void subscribeIdle() {
        for (int i = 0; i < 3; i++) {
            receivers.add(channel.subscribe());
        }
    }

    /** How many were missed by all. */
    long missed() {
        return channel.dropped();
    }

    @Override
    public void close() {
        channel.close();
        receivers.forEach(BroadcastReceiver::close);
    }
}
