package tasker.benchmarks.fastpath;

import java.util.ArrayList;
import java.util.List;
import org.jctools.queues.MpscArrayQueue;

/**
 * JCTools: one multi-producer queue for each subscriber; two publishers' events may come in a different order to each.
 */
final class QueuesPeer implements Peer {
    private final List<MpscArrayQueue<Event>> queues = new ArrayList<>();
    private volatile boolean closed;

    @Override
    public void deliverTo(List<Sink> sinks) {
        for (Sink sink : sinks) {
            MpscArrayQueue<Event> queue = new MpscArrayQueue<>(CAPACITY);
            queues.add(queue);
            Threads.start(() -> {
                Waiting waiting = new Waiting();
                while (!closed) {
                    Event event = queue.relaxedPoll();
                    if (event == null) {
                        waiting.pause();
                    } else {
                        waiting.reset();
                        sink.accept(event);
                    }
                }
            });
        }
    }

    @Override
    public void publish(Event event) {
        for (int i = 0; i < queues.size(); i++) {
            if (!queues.get(i).offer(event)) {
                Waiting waiting = new Waiting();
                while (!queues.get(i).offer(event)) {
                    waiting.pause();
                }
            }
        }
    }

    @Override
    public void offer(Event event) {
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).offer(event);
        }
    }

    @Override
    public void subscribeIdle() {
        for (int i = 0; i < 3; i++) {
            queues.add(new MpscArrayQueue<>(CAPACITY));
        }
    }

    @Override
    public void settle() {
        queues.forEach(MpscArrayQueue::clear);
    }

    @Override
    public void close() {
        closed = true;
    }
}
