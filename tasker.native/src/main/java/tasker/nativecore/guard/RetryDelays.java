package tasker.nativecore.guard;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tell how long to wait before another attempt: twice as long each time up to a bound, and shortened by up to a half at
 * random, so that what failed together does not come back together.
 *
 * @param first the wait after the first failure
 * @param longest the bound
 */
public record RetryDelays(Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 40;

    /** The wait after this many failures in a row, from 1. */
    public Duration after(int failures) {
        long bound = longest.toNanos();
        long most = first.toNanos();
        for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && most < bound; i++) {
            most *= 2;
        }
        most = Math.min(most, bound);
        return Duration.ofNanos(most - ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }
}
