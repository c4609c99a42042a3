package tasker.benchmarks.fastpath;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.List;
import java.util.function.Supplier;

/** Name who takes part, and in what. */
@SuppressWarnings("ImmutableEnumChecker") // Constructors of peers, which hold nothing.
enum Contestant {
    RING("Tasker's ring", RingPeer::new, true, true, 2, true),
    LIMIT("getAndAdd + release store", LimitPeer::new, true, false, 0, false),
    DISRUPTOR(
            "Disruptor, blocking",
            () -> new DisruptorPeer(ProducerType.MULTI, new BlockingWaitStrategy()),
            true,
            true,
            2,
            true),
    DISRUPTOR_YIELDING(
            "Disruptor, yielding",
            () -> new DisruptorPeer(ProducerType.MULTI, new YieldingWaitStrategy()),
            true,
            true,
            2,
            false),
    DISRUPTOR_SINGLE(
            "Disruptor, blocking, for one publisher",
            () -> new DisruptorPeer(ProducerType.SINGLE, new BlockingWaitStrategy()),
            false,
            false,
            1,
            false),
    QUEUES("JCTools, a queue each", QueuesPeer::new, false, true, 2, true),
    SUBMISSION("SubmissionPublisher", FlowPeer::new, false, true, 2, true),
    AGRONA("Agrona broadcast (bytes)", AgronaPeer::new, true, true, 2, true),
    EVENT_BUS("Guava EventBus (no thread between)", EventBusPeer::new, true, true, 2, false),
    SLEEPING("a poller that sleeps 50 ms", SleepingPeer::new, false, false, 0, true);

    final String title;
    final Supplier<Peer> peer;

    /** Whether two can publish without anyone who takes it away. */
    final boolean costOfTwo;

    final boolean costOfOne;

    /** The most publishers that it can deliver from. */
    final int publishers;

    final boolean latency;

    Contestant(
            String title, Supplier<Peer> peer, boolean costOfTwo, boolean costOfOne, int publishers, boolean latency) {
        this.title = title;
        this.peer = peer;
        this.costOfTwo = costOfTwo;
        this.costOfOne = costOfOne || costOfTwo;
        this.publishers = publishers;
        this.latency = latency;
    }

    static List<Contestant> all() {
        return List.of(values());
    }
}
