package tasker.benchmarks.fastpath;

import java.util.List;
import java.util.concurrent.TimeUnit;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** What a poller does that nobody wakes: look, and sleep for 50 ms. */
final class SleepingPeer implements Peer {
    private static final long INTERVAL_MS = 50;

    private final BroadcastChannel<Event> channel = new BroadcastChannel<>(CAPACITY);

    @Override
    public void deliverTo(List<Sink> sinks) {
        for (Sink sink : sinks) {
            BroadcastReceiver<Event> receiver = channel.subscribe();
            Threads.start(() -> {
                while (!receiver.isClosed()) {
                    for (var event = receiver.poll(); event.isPresent(); event = receiver.poll()) {
                        sink.accept(event.get());
                    }
                    TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
                }
            });
        }
    }

    @Override
    public void publish(Event event) {
        channel.publish(event);
    }

    @Override
    public void offer(Event event) {
        channel.publish(event);
    }

    @Override
    public void subscribeIdle() {
        channel.subscribe();
    }

    @Override
    public void close() {
        channel.close();
    }
}
