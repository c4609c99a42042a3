package tasker.events.api;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Make UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 bits of the millisecond's fraction, 62 random
 * bits.
 *
 * <p>Within a process every UUID is greater than the one before, whatever thread made it: by the RFC's method 3 the
 * fraction of the millisecond stands in {@code rand_a} (steps of 244 ns), and a UUID that would not be greater takes
 * the step after the last one. A clock that is set back does not set the UUIDs back.
 *
 * <p>Lock-free and safe for use by many threads. The random bits come from {@link ThreadLocalRandom}, mixed with a
 * secret of the process: the UUIDs are unique, but they are names, not secrets.
 */
public final class UuidV7 {
    /** The last tick that was handed out: milliseconds in the upper bits, 1/4096 of a millisecond in the lower 12. */
    private static final AtomicLong LAST_TICK = new AtomicLong();

    private static final long PROCESS_SECRET = new SecureRandom().nextLong();
    private static final int NANOS_PER_MILLI = 1_000_000;

    private UuidV7() {}

    /** Make the next UUID. */
    public static UUID next() {
        long tick = nextTick();
        long mostSignificant = (tick >>> 12 << 16) | 0x7000L | (tick & 0xFFFL);
        long random = ThreadLocalRandom.current().nextLong() ^ PROCESS_SECRET;
        return new UUID(mostSignificant, (random & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }

    /**
     * Read the time, to the millisecond, at which a UUID of version 7 was made.
     *
     * @throws InvalidValueException when the UUID is of another version
     */
    public static Instant timestamp(UUID uuid) {
        if (uuid.version() != 7) {
            throw new InvalidValueException("uuid", "is " + uuid + "; a UUID of version 7 is required");
        }
        return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
    }

    private static long nextTick() {
        Instant now = Instant.now();
        int nanos = now.getNano();
        long millis = now.getEpochSecond() * 1_000 + nanos / NANOS_PER_MILLI;
        long tick = millis << 12 | ((long) (nanos % NANOS_PER_MILLI) << 12) / NANOS_PER_MILLI;
        long last = LAST_TICK.get();
        while (true) {
            long candidate = Math.max(tick, last + 1);
            long witness = LAST_TICK.compareAndExchange(last, candidate);
            if (witness == last) {
                return candidate;
            }
            last = witness;
        }
    }
}
