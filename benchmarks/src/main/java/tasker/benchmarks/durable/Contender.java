package tasker.benchmarks.durable;

import java.util.function.LongConsumer;

/** Make events durable in one way; safe for use by as many callers as a load has. */
interface Contender extends AutoCloseable {
    /** What it is called in the tables. */
    String name();

    /**
     * Make one call, and hand over how many events are durable when they are, on this thread or another.
     *
     * @param caller which of the callers it is, counted from 0
     */
    void call(int caller, LongConsumer durable) throws Exception;

    /** Empty what was written to. */
    void reset() throws Exception;

    @Override
    default void close() throws Exception {}
}
