package tasker.events.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Keep timestamps in the range and to the precision that JSON (RFC 3339) and PostgreSQL share. */
final class Timestamps {
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Timestamps() {}

    static Instant toMicros(Instant value, String field) {
        Instant micros = value.truncatedTo(ChronoUnit.MICROS);
        if (micros.isBefore(EARLIEST) || micros.isAfter(LATEST)) {
            throw new InvalidValueException(field, "is " + value + "; expected a year from 0 to 9999");
        }
        return micros;
    }
}
