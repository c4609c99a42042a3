package tasker.nativecore.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryDelaysTests {
    private final RetryDelays delays = new RetryDelays(Duration.ofMillis(100), Duration.ofSeconds(5));

    @Test
    void theWaitDoublesUpToItsBoundAndIsShortenedByUpToAHalf() {
        long[] most = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (int failures = 1; failures <= most.length; failures++) {
            for (int i = 0; i < 100; i++) {
                assertThat(delays.after(failures).toMillis()).isBetween(most[failures - 1] / 2, most[failures - 1]);
            }
        }
        assertThat(delays.after(Integer.MAX_VALUE).toMillis()).isBetween(2_500L, 5_000L);
    }

    @Test
    void whatFailedTogetherDoesNotComeTogether() {
        assertThat(java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> delays.after(6))
                        .distinct()
                        .count())
                .isGreaterThan(50);
    }
}
