package tasker.benchmarks.fastpath;

import java.util.concurrent.locks.LockSupport;

/** Wait where a peer leaves that to its user: spin, then yield, then sleep for as short as the system can. */
final class Waiting {
    private static final int SPINS = 64;
    private static final int YIELDS = 64;

    private int tries;

    void reset() {
        tries = 0;
    }

    @SuppressWarnings("ThreadPriorityCheck") // There is nothing to be signalled.
    void pause() {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else if (tries < SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(1);
        }
        tries++;
    }
}
