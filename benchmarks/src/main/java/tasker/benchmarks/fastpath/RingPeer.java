package tasker.benchmarks.fastpath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** Ours. It never waits, so that waiting rather than losing is done here: by a look at the backlog now and then. */
final class RingPeer implements Peer {
    private static final Duration BOUND = Duration.ofMillis(50);
    private static final int STRIDE = 128;
    private static final int MAX_PUBLISHERS = 2;

    private final BroadcastChannel<Event> channel = new BroadcastChannel<>(CAPACITY);
    private final List<BroadcastReceiver<Event>> receivers = new ArrayList<>();
    private final ThreadLocal<int[]> published = ThreadLocal.withInitial(() -> new int[1]);

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
        int[] count = published.get();
        if (++count[0] % STRIDE == 0) {
            Waiting waiting = new Waiting();
            while (channel.backlog() > CAPACITY - MAX_PUBLISHERS * STRIDE) {
                waiting.pause();
            }
        }
        channel.publish(event);
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
