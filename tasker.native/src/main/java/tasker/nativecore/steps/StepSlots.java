package tasker.nativecore.steps;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Count what a step needs to start, a permit for its handler and room for its outcome, and the threads that look for a
 * step; safe for use by many threads.
 *
 * <p>All three stand in one number, so that permit and room are taken together or not at all, and whoever takes them
 * looks no more from that moment on: others see at once that somebody else must look.
 */
final class StepSlots {
    private static final int ROOM_BITS = 22;
    private static final int PERMIT_BITS = 20;
    private static final long ROOM = 1;
    private static final long PERMIT = ROOM << ROOM_BITS;
    private static final long LOOKER = PERMIT << PERMIT_BITS;

    /** On a cache line of its own: every step changes it twice. */
    private static final int AT = 8;

    private final AtomicLongArray state = new AtomicLongArray(2 * AT);

    /**
     * Begin with these.
     *
     * @param permits handlers that may run at once
     * @param room outcomes that may be on their way, those of running handlers included
     */
    StepSlots(int permits, int room) {
        state.set(AT, permits * PERMIT + room * ROOM);
    }

    /** Take a permit and room, and look no more; {@code false}, and still looking, when there is not both. */
    boolean take() {
        long seen = state.get(AT);
        while (isFree(seen)) {
            long witness = state.compareAndExchange(AT, seen, seen - PERMIT - ROOM - LOOKER);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** Give both back. */
    void leave() {
        state.getAndAdd(AT, PERMIT + ROOM);
    }

    /** Give both back, and look again. */
    void leaveAndLook() {
        state.getAndAdd(AT, PERMIT + ROOM + LOOKER);
    }

    /** Give the permit back. */
    void leavePermit() {
        state.getAndAdd(AT, PERMIT);
    }

    /** Give the room back. */
    void leaveRoom() {
        state.getAndAdd(AT, ROOM);
    }

    /** Look for a step. */
    void look() {
        state.getAndAdd(AT, LOOKER);
    }

    /** Look no more. */
    void stopLooking() {
        state.getAndAdd(AT, -LOOKER);
    }

    /** Look for a step, unless another one does, or none could be started; {@code false} then. */
    boolean lookFirst() {
        long seen = state.get(AT);
        while (seen < LOOKER && isFree(seen)) {
            long witness = state.compareAndExchange(AT, seen, seen + LOOKER);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** How many look for a step. */
    long lookers() {
        return state.get(AT) / LOOKER;
    }

    /** Whether no further handler may run now. */
    boolean noPermit() {
        return state.get(AT) % LOOKER < PERMIT;
    }

    private static boolean isFree(long seen) {
        return seen % PERMIT != 0 && seen % LOOKER >= PERMIT;
    }
}
