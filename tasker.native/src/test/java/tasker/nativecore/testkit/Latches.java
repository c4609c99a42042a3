package tasker.nativecore.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Wait for latches that must open. */
public final class Latches {
    private Latches() {}

    /** Wait until the latch opens; fail when it does not within a generous bound. */
    public static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a latch did not open");
        }
    }

    /** Wait until the latch opens, whatever interrupts come. */
    public static void awaitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                await(latch);
                return;
            } catch (InterruptedException ignored) {
                // Being stubborn is the point.
            }
        }
    }
}
