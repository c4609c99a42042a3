package tasker.benchmarks.fastpath;

import java.util.List;

/** Carry events from publishers to subscribers, each of which gets all of them. */
interface Peer extends AutoCloseable {
    /** How many events a subscriber may be behind, for every peer. */
    int CAPACITY = 2_048;

    /** Start to deliver to each of these on a thread of its own. */
    void deliverTo(List<Sink> sinks);

    /** Publish, and wait rather than lose. */
    void publish(Event event);

    /** Publish, and lose rather than wait. */
    void offer(Event event);

    /** Subscribe three that are not running, so that a publish costs what it costs by itself. */
    void subscribeIdle();

    /** Let the idle subscribers take what was published, where they would be in the way of more; not measured. */
    default void settle() {}

    /** Whether what was published without waiting is lost to a subscriber only, so that publishing may go on. */
    default boolean settles() {
        return true;
    }

    @Override
    void close();
}
