package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Tests {
    @Test
    void whatAnInstantWritesIsReadBack() {
        Random random = new Random(3);
        long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
        long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        for (int i = 0; i < 10_000; i++) {
            int nanos = random.nextInt(1_000_000_000);
            Instant time = Instant.ofEpochSecond(random.nextLong(first, last), i % 3 == 0 ? 0 : nanos / 1_000 * 1_000);
            assertThat(Rfc3339.parse(time.toString())).isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:00:00.5Z",
                "2026-01-31T12:00:00.000000001Z",
                "2026-01-31T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-01-31T12:00:00+02:00",
                "2026-01-31t12:00:00z",
                "2024-02-29T00:00:00Z"
            })
    void otherFormsAreReadAsTheGeneralParserReadsThem(String text) {
        assertThat(Rfc3339.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-01-31",
                "2026-01-31T12:00:00",
                "2026-02-30T12:00:00Z",
                "2026-13-01T12:00:00Z",
                "2026-01-31T12:60:00Z",
                "2026-01-31T12:00:00.1234567890Z",
                "2026-01-31T12:00:0xZ",
                "2026-01-31 12:00:00Z"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
