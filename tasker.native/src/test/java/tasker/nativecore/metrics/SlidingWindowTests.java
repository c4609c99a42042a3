package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTests {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final AtomicLong clock = new AtomicLong();
    private final SlidingWindow window = new SlidingWindow(WINDOW, clock::get);

    @Test
    void aValueIsShownForTheWindowAndAtMostATenthLonger() {
        window.record(500);
        passed(Duration.ofSeconds(10));
        assertThat(window.current().count()).isEqualTo(1);

        passed(Duration.ofSeconds(1));
        assertThat(window.current().count()).isZero();
        assertThat(window.current().maxNanos()).isZero();
    }

    @Test
    void oldSlicesFallOutOneByOne() {
        for (int second = 0; second < 30; second++) {
            window.record(1_000_000L * (second + 1));
            passed(Duration.ofSeconds(1));
        }

        // 30 s have passed: what was recorded in the seconds 20 to 29 is left.
        assertThat(window.current().count()).isEqualTo(10);
        assertThat(window.current().maxNanos()).isEqualTo(30_000_000);
        assertThat((double) window.current().quantileNanos(0)).isBetween(20_900_000.0, 21_100_000.0);
    }

    @Test
    void aValueWhoseEndIsKnownCountsInTheSliceOfItsEnd() {
        window.record(500, clock.get());
        passed(Duration.ofSeconds(4));
        window.record(700, clock.get());
        passed(Duration.ofSeconds(7));
        assertThat(window.current().count()).isEqualTo(1);
        assertThat(window.current().sumNanos()).isEqualTo(700);
    }

    @Test
    void aValueThatEndedEarlierIsShownNoShorter() {
        passed(Duration.ofSeconds(5));
        window.record(500);
        window.record(700, -1);
        passed(Duration.ofSeconds(10));
        assertThat(window.current().count()).isEqualTo(2);
    }

    @Test
    void aLongPauseForgetsEverything() {
        window.record(500);
        passed(Duration.ofDays(400));
        assertThat(window.current().count()).isZero();

        window.record(700);
        assertThat(window.current().count()).isEqualTo(1);
        assertThat(window.current().sumNanos()).isEqualTo(700);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE - 5})
    void theClockMayStartAnywhereAndWrapAround(long start) {
        clock.set(start);
        SlidingWindow late = new SlidingWindow(WINDOW, clock::get);
        late.record(1);
        passed(Duration.ofSeconds(5));
        late.record(2);

        assertThat(late.current().count()).isEqualTo(2);
        passed(Duration.ofSeconds(6));
        assertThat(late.current().count()).isEqualTo(1);
    }

    @Test
    void recordingFromManyThreadsLosesNothingWithinTheWindow() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                tasks.add(executor.submit(() -> {
                    for (int j = 0; j < 10_000; j++) {
                        window.record(j);
                    }
                    passed(Duration.ofSeconds(1));
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }

        assertThat(window.current().count()).isEqualTo(90_000);
    }

    @Test
    void aWindowTooShortToCutIsRefused() {
        assertThatThrownBy(() -> new SlidingWindow(Duration.ofNanos(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0.000000009S");
    }

    private void passed(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
