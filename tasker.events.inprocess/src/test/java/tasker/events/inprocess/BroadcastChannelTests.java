package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Check what one thread can see of a channel, along the tests of tokio's {@code sync::broadcast}. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BroadcastChannelTests {
    @Test
    void whatIsOverwrittenWhileItIsReadAndTheReceiverClosedIsMissed() {
        BroadcastChannel<String> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<String> reading = channel.subscribe();
        BroadcastReceiver<String> idle = channel.subscribe();
        channel.publish("a");
        assertThat(reading.poll()).contains("a");
        reading.close();
        idle.close();

        // As if the read of the first element, which the position has passed, had found it overwritten.
        reading.skip(0, 0);
        idle.skip(0, 0);

        assertThat(reading.missed()).isEqualTo(1);
        assertThat(idle.missed()).as("it was not being read").isZero();
        assertThat(channel.dropped()).isEqualTo(1);
    }

    @Test
    void everyReceiverSeesEveryElementInOrder() {
        BroadcastChannel<String> channel = new BroadcastChannel<>(16);
        BroadcastReceiver<String> first = channel.subscribe();
        BroadcastReceiver<String> second = channel.subscribe();
        assertThat(first.poll()).isEmpty();

        channel.publish("hello");
        channel.publish("world");

        assertThat(drain(first)).containsExactly("hello", "world");
        assertThat(drain(second)).containsExactly("hello", "world");
        assertThat(channel.published()).isEqualTo(2);
        assertThat(channel.dropped()).isZero();
    }

    @Test
    void aReceiverSeesOnlyWhatIsPublishedAfterItSubscribed() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(4);
        channel.publish(1);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        assertThat(receiver.poll()).isEmpty();
        channel.publish(2);
        assertThat(drain(receiver)).containsExactly(2);
        assertThat(receiver.missed()).isZero();
    }

    @Test
    void publishingWithoutReceiversIsNoError() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        IntStream.range(0, 10).forEach(i -> assertThat(channel.publish(i)).isTrue());
        assertThat(channel.published()).isEqualTo(10);
        assertThat(channel.dropped()).isZero();
        assertThat(channel.backlog()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 0",
        "2, 2, 0",
        "2, 3, 1",
        "2, 4, 2",
        "2, 5, 3",
        "4, 4, 0",
        "4, 5, 1",
        "4, 8, 4",
        "4, 9, 5",
        "4, 4003, 3999",
        "8, 8, 0",
        "8, 9, 1",
        "32, 33, 1",
        "32, 70, 38",
        "1024, 5000, 3976"
    })
    void aReceiverThatFellBehindResumesAtTheOldestKeptAndKnowsHowManyItMissed(int capacity, int count, int missed) {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(capacity);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        IntStream.range(0, count).forEach(channel::publish);

        assertThat(receiver.missed()).as("before it polls").isEqualTo(missed);
        assertThat(drain(receiver)).containsExactlyElementsOf(range(missed, count));
        assertThat(receiver.missed()).isEqualTo(missed);
        assertThat(channel.dropped()).isEqualTo(missed);
    }

    @Test
    void missesAddUpOverSeveralLaps() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> slow = channel.subscribe();
        BroadcastReceiver<Integer> quick = channel.subscribe();
        List<Integer> seenBySlow = new ArrayList<>();
        List<Integer> seenByQuick = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            channel.publish(i);
            seenByQuick.addAll(drain(quick));
            if (i == 2 || i == 6) {
                slow.poll().ifPresent(seenBySlow::add);
            }
        }
        seenBySlow.addAll(drain(slow));

        assertThat(seenByQuick).containsExactlyElementsOf(range(0, 9));
        assertThat(seenBySlow).containsExactly(1, 5, 7, 8);
        assertThat(slow.missed()).isEqualTo(5);
        assertThat(quick.missed()).isZero();
        assertThat(channel.dropped()).isEqualTo(5);
    }

    @Test
    void theBacklogIsThatOfTheSlowestReceiver() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(4);
        BroadcastReceiver<Integer> slow = channel.subscribe();
        BroadcastReceiver<Integer> quick = channel.subscribe();
        IntStream.range(0, 3).forEach(channel::publish);
        drain(quick);
        assertThat(channel.backlog()).isEqualTo(3);
        IntStream.range(0, 3).forEach(channel::publish);
        assertThat(channel.backlog()).isEqualTo(4);
        drain(slow);
        drain(quick);
        assertThat(channel.backlog()).isZero();
    }

    @Test
    void closedIsReportedAfterTheRestIsRead() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(4);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        channel.publish(1);
        channel.publish(2);
        channel.close();
        channel.close();

        assertThat(channel.isClosed()).isTrue();
        assertThat(receiver.isClosed()).isFalse();
        assertThat(drain(receiver)).containsExactly(1, 2);
        assertThat(receiver.isClosed()).isTrue();
    }

    @Test
    void aReceiverThatFellBehindStillLearnsItsLossAfterTheClose() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        IntStream.range(0, 5).forEach(channel::publish);
        channel.close();
        assertThat(drain(receiver)).containsExactly(3, 4);
        assertThat(receiver.missed()).isEqualTo(3);
        assertThat(receiver.isClosed()).isTrue();
    }

    @Test
    void aClosedChannelTakesNothing() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        channel.publish(1);
        channel.close();
        IntStream.range(0, 5).forEach(i -> assertThat(channel.publish(i)).isFalse());
        BroadcastReceiver<Integer> late = channel.subscribe();

        assertThat(channel.published()).isEqualTo(1);
        assertThat(late.isClosed()).isTrue();
        assertThat(late.poll()).isEmpty();
        assertThat(late.missed()).isZero();
    }

    @Test
    void aReceiverThatGoesAwayIsForgottenButNotWhatItMissed() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> leaving = channel.subscribe();
        BroadcastReceiver<Integer> staying = channel.subscribe();
        IntStream.range(0, 5).forEach(channel::publish);
        leaving.close();
        leaving.close();
        IntStream.range(5, 9).forEach(channel::publish);

        assertThat(channel.receivers()).isEqualTo(1);
        assertThat(leaving.poll()).isEmpty();
        assertThat(leaving.isClosed()).isTrue();
        assertThat(leaving.missed()).as("frozen at its close").isEqualTo(3);
        assertThat(staying.missed()).isEqualTo(7);
        assertThat(channel.dropped()).isEqualTo(10);
        staying.close();
        assertThat(channel.receivers()).isZero();
        assertThat(channel.dropped()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -2, 0, 1, 3, 2047, (1 << 20) + 1, 1 << 21})
    void aCapacityThatIsNoPowerOfTwoInRangeIsRefused(int capacity) {
        assertThatThrownBy(() -> new BroadcastChannel<>(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity is " + capacity);
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefusedAndTakesNoPlace() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        assertThatThrownBy(() -> channel.publish(null)).isInstanceOf(NullPointerException.class);
        channel.publish(1);
        assertThat(drain(receiver)).containsExactly(1);
    }

    @Test
    void publishingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BroadcastChannel<String> channel = new BroadcastChannel<>(64);
        try (BroadcastReceiver<String> receiver = channel.subscribe()) {
            publishMany(channel);
            // The measurement itself, and a thread's first buffers, must not count.
            threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
            publishMany(channel);
            long after = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
            assertThat(after - before).isZero();
            assertThat(receiver.missed()).isPositive();
        }
    }

    @Test
    void aPublisherThatRunsOutOfStackHoldsUpNobody() throws InterruptedException {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(8);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        Thread publisher = Thread.ofPlatform().daemon().start(() -> {
            for (int round = 0; round < 200; round++) {
                try {
                    publishDeeper(channel);
                } catch (StackOverflowError expected) {
                    assertThat(expected).isNotNull();
                }
            }
        });
        publisher.join();

        drain(receiver);
        channel.publish(-1);
        assertThat(drain(receiver)).containsExactly(-1);
    }

    @Test
    void aPollWithoutABoundDoesNotWait() throws InterruptedException {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        assertThat(receiver.poll(Duration.ZERO)).isEmpty();
        assertThat(receiver.poll(Duration.ofSeconds(-1))).isEmpty();
        assertThat(receiver.poll(Duration.ofMillis(1))).isEmpty();
        channel.publish(1);
        assertThat(receiver.poll(Duration.ZERO)).contains(1);
    }

    private static void publishMany(BroadcastChannel<String> channel) {
        for (int i = 0; i < 100_000; i++) {
            channel.publish("event");
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void publishDeeper(BroadcastChannel<Integer> channel) {
        channel.publish(1);
        publishDeeper(channel);
        channel.publish(2);
    }

    private static <T> List<T> drain(BroadcastReceiver<T> receiver) {
        List<T> all = new ArrayList<>();
        for (Optional<T> next = receiver.poll(); next.isPresent(); next = receiver.poll()) {
            all.add(next.get());
        }
        return all;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
