package tasker.bootstrap.demo;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keep to a number of orders per second, evenly; for use by one thread. */
final class Pace {
    private final OptionalInt perSecond;
    private final long begin = System.nanoTime();
    private long taken;

    Pace(OptionalInt perSecond) {
        this.perSecond = perSecond;
    }

    /** Wait until the next order is due. */
    void await() throws InterruptedException {
        if (perSecond.isEmpty()) {
            return;
        }
        long due = begin + taken * TimeUnit.SECONDS.toNanos(1) / perSecond.getAsInt();
        taken++;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
