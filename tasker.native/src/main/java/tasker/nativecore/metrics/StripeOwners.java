package tasker.nativecore.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Give platform threads a slot each, for as long as they live: what belongs to a slot has one writer, which therefore
 * needs no atomic additions.
 *
 * <p>A thread finds its slot by its id and compares the owner with itself; only itself can have made that so. It gets a
 * slot that nobody has, or whose owner has ended: {@link Thread#isAlive()} then orders all that the owner did before
 * all that the new one does (Java Language Specification, 17.4.4). A thread that meets another one in its slot gets
 * none, nor does a virtual thread, which seldom lives long enough to use one twice.
 */
final class StripeOwners {
    /** Threads that record for long are few; each slot may cost a stripe in each histogram. */
    static final int SLOTS = 32;

    static final int NONE = -1;

    private static final int HASH_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(SLOTS);
    private static final VarHandle THREADS = MethodHandles.arrayElementVarHandle(Thread[].class);
    private static final @Nullable Thread[] OWNERS = new Thread[SLOTS];

    private StripeOwners() {}

    /** The slot of the current thread, or {@link #NONE}. */
    static int own() {
        Thread thread = Thread.currentThread();
        int at = (int) ((thread.threadId() * Stripes.GOLDEN_RATIO) >>> HASH_SHIFT);
        return OWNERS[at] == thread ? at : claim(thread, at);
    }

    private static int claim(Thread thread, int at) {
        if (thread.isVirtual()) {
            return NONE;
        }
        Thread owner = (Thread) THREADS.getVolatile(OWNERS, at);
        boolean free = owner == null || !owner.isAlive();
        return free && THREADS.compareAndSet(OWNERS, at, owner, thread) ? at : NONE;
    }

    /** Let go of threads that have ended, so that no slot keeps what they refer to. */
    static void forgetEnded() {
        for (int at = 0; at < SLOTS; at++) {
            Thread owner = (Thread) THREADS.getVolatile(OWNERS, at);
            if (owner != null && !owner.isAlive()) {
                THREADS.compareAndSet(OWNERS, at, owner, null);
            }
        }
    }
}
