package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.spi.Distribution;

/** Who records without atomic operations, and that nothing is lost when one such thread follows another. */
class StripeOwnersTests {
    private static final int GENERATIONS = 4 * StripeOwners.SLOTS;

    @Test
    void aVirtualThreadOwnsNothing() throws Exception {
        AtomicInteger own = new AtomicInteger();
        Thread.startVirtualThread(() -> own.set(StripeOwners.own())).join();

        assertThat(own).hasValue(StripeOwners.NONE);
    }

    @Test
    void slotsOfThreadsThatEndedAreTakenOver() throws Exception {
        AtomicInteger owners = new AtomicInteger();
        for (int i = 0; i < GENERATIONS; i++) {
            Thread thread = Thread.ofPlatform().start(() -> {
                int own = StripeOwners.own();
                if (own != StripeOwners.NONE && own == StripeOwners.own()) {
                    owners.incrementAndGet();
                }
            });
            thread.join();
        }

        // Without taking over there would be at most one for each slot; a few slots may belong to other live threads.
        assertThat(owners.get()).isGreaterThan(StripeOwners.SLOTS);
    }

    @Test
    void generationsOfThreadsLoseNothing() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 0; i < GENERATIONS; i++) {
            List<Thread> generation = new ArrayList<>();
            for (int j = 0; j < 4; j++) {
                generation.add(Thread.ofPlatform().start(() -> recordUpTo(histogram, 1_000)));
                generation.add(Thread.startVirtualThread(() -> recordUpTo(histogram, 1_000)));
            }
            for (Thread thread : generation) {
                thread.join();
            }
        }
        Distribution distribution = histogram.sinceStart();

        assertThat(distribution.count()).isEqualTo(GENERATIONS * 8 * 1_000L);
        assertThat(distribution.sumNanos()).isEqualTo(GENERATIONS * 8 * 500_500L);
        assertThat(distribution.maxNanos()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsThatMeetLoseNothing(boolean virtual) throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        CyclicBarrier together = new CyclicBarrier(2);
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        Runnable recording = () -> {
            await(together);
            for (int i = 0; i < 1_000; i++) {
                recordUpTo(histogram, 1_000);
            }
        };
        Thread first = builder.unstarted(recording);
        Thread second = builder.unstarted(recording);
        while (meetingPlace(second) != meetingPlace(first)) {
            second = builder.unstarted(recording);
        }
        first.start();
        second.start();
        first.join();
        second.join();

        assertThat(histogram.sinceStart().count()).isEqualTo(2_000_000);
        assertThat(histogram.sinceStart().sumNanos()).isEqualTo(2_000 * 500_500L);
    }

    /** Threads for which this is the same have one slot and one stripe, whether they are virtual or not. */
    private static long meetingPlace(Thread thread) {
        return (thread.threadId() * Stripes.GOLDEN_RATIO) >>> (Long.SIZE - 10);
    }

    private static void await(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void recordUpTo(LatencyHistogram histogram, int most) {
        for (int nanos = 1; nanos <= most; nanos++) {
            histogram.record(nanos);
        }
    }
}
