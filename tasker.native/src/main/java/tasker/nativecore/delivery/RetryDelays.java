package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tell how long to wait before another attempt: twice as long each time up to a bound, and shortened by up to a half at
 * random.
 *
 * @param first the wait after the first failure
 * @param longest the bound
 */
record RetryDelays(Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 40;

    /** The wait after this many failures in a row, from 1. */
    Duration after(int failures) {
        long most = Math.min(longest.toMillis(), doubled(failures - 1));
        long half = most / 2;
        return Duration.ofMillis(most - ThreadLocalRandom.current().nextLong(half + 1));
    }

    private long doubled(int times) {
        long millis = first.toMillis();
        for (int i = 0; i < Math.min(times, MAX_DOUBLINGS) && millis < longest.toMillis(); i++) {
            millis *= 2;
        }
        return millis;
    }
}
