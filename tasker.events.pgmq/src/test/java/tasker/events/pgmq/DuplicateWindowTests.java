package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tasker.events.api.UuidV7;

class DuplicateWindowTests {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final UUID event = UuidV7.next();

    @Test
    void anEventInASecondMessageIsADuplicateAndTheFirstMessageNever() {
        DuplicateWindow window = new DuplicateWindow(Duration.ofSeconds(10));

        assertThat(window.isDuplicate(event, 1, 0)).isFalse();
        assertThat(window.isDuplicate(event, 2, SECOND)).isTrue();
        assertThat(window.isDuplicate(event, 1, SECOND)).isFalse();
        assertThat(window.isDuplicate(event, 3, SECOND)).isTrue();
        assertThat(window.isDuplicate(UuidV7.next(), 4, SECOND)).isFalse();
    }

    @Test
    void whatIsOlderThanTheWindowIsForgotten() {
        DuplicateWindow window = new DuplicateWindow(Duration.ofSeconds(10));
        window.isDuplicate(event, 1, 0);

        assertThat(window.isDuplicate(event, 2, 10 * SECOND)).isTrue();
        assertThat(window.isDuplicate(event, 2, 11 * SECOND)).isFalse();
        assertThat(window.size()).isEqualTo(1);
    }

    @Test
    void memoryIsBounded() {
        DuplicateWindow window = new DuplicateWindow(Duration.ofHours(1));
        window.isDuplicate(event, 0, 0);
        for (int i = 1; i < 2 * DuplicateWindow.MOST; i++) {
            window.isDuplicate(UuidV7.next(), i, i);
        }

        assertThat(window.size()).isEqualTo(DuplicateWindow.MOST);
        assertThat(window.isDuplicate(event, 1, 1)).as("the oldest went first").isFalse();
    }

    @Test
    void withoutAWindowNothingIsKept() {
        DuplicateWindow window = new DuplicateWindow(Duration.ZERO);

        assertThat(window.isDuplicate(event, 1, 0)).isFalse();
        assertThat(window.isDuplicate(event, 2, 0)).isFalse();
        assertThat(window.size()).isZero();
    }
}
