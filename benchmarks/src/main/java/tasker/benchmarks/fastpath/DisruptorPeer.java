package tasker.benchmarks.fastpath;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.ArrayList;
import java.util.List;

/** LMAX Disruptor 4: a ring of preallocated slots, whose publishers wait for the slowest subscriber. */
final class DisruptorPeer implements Peer {
    /** What a slot holds. */
    private static final class Slot {
        private Event event = new Event(0);
    }

    private final RingBuffer<Slot> ring;
    private final List<BatchEventProcessor<Slot>> processors = new ArrayList<>();

    DisruptorPeer(ProducerType producers, WaitStrategy waitStrategy) {
        ring = RingBuffer.create(producers, Slot::new, CAPACITY, waitStrategy);
    }

    @Override
    public void deliverTo(List<Sink> sinks) {
        for (Sink sink : sinks) {
            BatchEventProcessor<Slot> processor = new BatchEventProcessorBuilder()
                    .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> sink.accept(slot.event));
            ring.addGatingSequences(processor.getSequence());
            processors.add(processor);
        }
        processors.forEach(processor -> Threads.start(processor::run));
    }

    @Override
    public void publish(Event event) {
        long sequence = ring.next();
        ring.get(sequence).event = event;
        ring.publish(sequence);
    }

    @Override
    public void offer(Event event) {
        if (processors.isEmpty()) {
            publish(event);
        } else {
            ring.tryPublishEvent((slot, sequence, value) -> slot.event = value, event);
        }
    }

    /** None at all: one that does not run would stop the publisher. */
    @Override
    public void subscribeIdle() {}

    @Override
    public void close() {
        processors.forEach(BatchEventProcessor::halt);
    }
}
