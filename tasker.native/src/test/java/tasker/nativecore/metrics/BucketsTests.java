package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BucketsTests {
    @Test
    void bucketsFollowEachOtherWithoutAGap() {
        int last = -1;
        for (long value = 0; value < 1 << 18; value++) {
            int number = Buckets.number(value);
            assertThat(number).isBetween(last, last + 1);
            last = number;
        }
        assertThat(Buckets.number(Long.MAX_VALUE)).isEqualTo(Buckets.ROWS * Buckets.PER_OCTAVE - 1);
    }

    @Test
    void theMiddleOfABucketLiesWithinIt() {
        for (int number = 0; number < Buckets.ROWS * Buckets.PER_OCTAVE; number++) {
            assertThat(Buckets.number(Buckets.middle(number))).isEqualTo(number);
        }
    }
}
