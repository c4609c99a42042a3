package tasker.benchmarks.fastpath;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.BroadcastReceiver;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.broadcast.CopyBroadcastReceiver;

/**
 * Agrona's broadcast buffer: bytes for one publisher, so that several take turns; a subscriber that falls behind loses.
 */
final class AgronaPeer implements Peer {
    private static final int RECORD_BYTES = 16;
    private static final int STRIDE = 128;

    private final UnsafeBuffer buffer = new UnsafeBuffer(
            java.nio.ByteBuffer.allocateDirect(CAPACITY * RECORD_BYTES + BroadcastBufferDescriptor.TRAILER_LENGTH));
    private final BroadcastTransmitter transmitter = new BroadcastTransmitter(buffer);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[Long.BYTES]);
    private final List<Sink> sinks = new ArrayList<>();
    private long transmitted;
    private volatile boolean closed;

    @Override
    public void deliverTo(List<Sink> more) {
        sinks.addAll(more);
        for (Sink sink : more) {
            CopyBroadcastReceiver receiver = new CopyBroadcastReceiver(new BroadcastReceiver(buffer));
            Threads.start(() -> {
                Waiting waiting = new Waiting();
                while (!closed) {
                    try {
                        int received = receiver.receive(
                                (type, bytes, index, length) -> sink.accept(new Event(bytes.getLong(index))));
                        if (received > 0) {
                            waiting.reset();
                        } else {
                            waiting.pause();
                        }
                    } catch (IllegalStateException ignored) {
                        // Overtaken while it copied: this one is lost.
                        waiting.reset();
                    }
                }
            });
        }
    }

    @Override
    public synchronized void publish(Event event) {
        if (transmitted % STRIDE == 0) {
            Waiting waiting = new Waiting();
            while (slowest() < transmitted - CAPACITY + 2 * STRIDE) {
                waiting.pause();
            }
        }
        offer(event);
    }

    private long slowest() {
        long slowest = Long.MAX_VALUE;
        for (Sink sink : sinks) {
            slowest = Math.min(slowest, sink.count());
        }
        return slowest;
    }

    @Override
    public synchronized void offer(Event event) {
        message.putLong(0, event.atNanos());
        transmitter.transmit(1, message, 0, Long.BYTES);
        transmitted++;
    }

    @Override
    public void subscribeIdle() {}

    @Override
    public void close() {
        closed = true;
    }
}
