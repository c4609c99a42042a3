package tasker.benchmarks.fastpath;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/** The limit of publishing into an ordered array: claim a place, store into it. Nobody could read that safely. */
final class LimitPeer implements Peer {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ELEMENTS = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int TAIL = 16;

    private final long[] tail = new long[2 * TAIL + 1];
    private final Object[] elements = new Object[CAPACITY];

    @Override
    public void offer(Event event) {
        long sequence = (long) LONGS.getAndAdd(tail, TAIL, 1L);
        ELEMENTS.setRelease(elements, (int) sequence & (CAPACITY - 1), event);
    }

    @Override
    public void publish(Event event) {
        offer(event);
    }

    @Override
    public void subscribeIdle() {}

    @Override
    public void deliverTo(List<Sink> sinks) {
        throw new UnsupportedOperationException("delivers nothing");
    }

    @Override
    public void close() {}
}
