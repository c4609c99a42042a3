package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Check what tokio's tests of {@code sync::broadcast} check beside {@link BroadcastChannelTests}: wrapping around with
 * the channel open and closed, who leaves while others stay, and what is let go of.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TokioChecklistTests {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17})
    void aReceiverThatLaggedRecoversAfterAnyNumberOfWraps(int more) {
        BroadcastChannel<Integer> open = new BroadcastChannel<>(4);
        BroadcastChannel<Integer> closed = new BroadcastChannel<>(4);
        for (BroadcastChannel<Integer> channel : List.of(open, closed)) {
            BroadcastReceiver<Integer> receiver = channel.subscribe();
            IntStream.range(0, 4).forEach(channel::publish);
            assertThat(receiver.poll()).contains(0);
            IntStream.range(4, 4 + more).forEach(channel::publish);
            if (channel == closed) {
                channel.close();
            }

            int missed = Math.max(0, more - 1);
            assertThat(receiver.missed()).isEqualTo(missed);
            assertThat(drain(receiver)).containsExactlyElementsOf(range(1 + missed, 4 + more));
            assertThat(receiver.missed()).isEqualTo(missed);
            assertThat(receiver.isClosed()).isEqualTo(channel == closed);
        }
        BroadcastReceiver<Integer> resumed = open.subscribe();
        open.publish(99);
        assertThat(resumed.poll()).contains(99);
    }

    @Test
    void aReceiverThatLaggedAndCaughtUpSeesWhatComesNext() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        for (int round = 0; round < 10; round++) {
            IntStream.range(0, 5).forEach(channel::publish);
            assertThat(drain(receiver)).containsExactly(3, 4);
            channel.publish(5);
            assertThat(receiver.poll()).contains(5);
            assertThat(receiver.poll()).isEmpty();
        }
        assertThat(receiver.missed()).isEqualTo(30);
    }

    @Test
    void theBacklogOfAReceiverThatLaggedIsTheRing() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(4);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        IntStream.range(0, 9).forEach(channel::publish);
        assertThat(receiver.backlog()).isEqualTo(4);
        assertThat(receiver.poll()).contains(5);
        assertThat(receiver.backlog()).isEqualTo(3);
        drain(receiver);
        assertThat(receiver.backlog()).isZero();
    }

    @Test
    void subscribingAnewStartsAtTheEndAndLeavesTheLossBehind() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> lagging = channel.subscribe();
        IntStream.range(0, 5).forEach(channel::publish);
        BroadcastReceiver<Integer> anew = channel.subscribe();

        assertThat(anew.poll()).isEmpty();
        assertThat(anew.missed()).isZero();
        channel.publish(5);
        assertThat(drain(anew)).containsExactly(5);
        assertThat(drain(lagging)).containsExactly(4, 5);
        assertThat(lagging.missed()).isEqualTo(4);
    }

    @Test
    void subscribingAnewToAClosedChannelIsClosedAtOnce() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> first = channel.subscribe();
        channel.publish(1);
        channel.close();
        assertThat(channel.subscribe().isClosed()).isTrue();
        assertThat(first.isClosed()).as("it has one to read yet").isFalse();
    }

    @Test
    void closingWithoutReceiversIsNoError() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        channel.publish(1);
        channel.close();
        assertThat(channel.isClosed()).isTrue();
        assertThat(channel.receivers()).isZero();
        assertThat(channel.published()).isEqualTo(1);
    }

    @Test
    void aReceiverMayLeaveWithElementsUnreadWhileOthersReadThem() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(8);
        BroadcastReceiver<Integer> leaving = channel.subscribe();
        BroadcastReceiver<Integer> staying = channel.subscribe();
        IntStream.range(0, 3).forEach(channel::publish);
        assertThat(leaving.poll()).contains(0);
        leaving.close();
        channel.publish(3);

        assertThat(drain(staying)).containsExactly(0, 1, 2, 3);
        assertThat(channel.dropped()).as("unread is not missed").isZero();
        assertThat(channel.backlog()).isZero();
    }

    @Test
    void aThousandReceiversSeeTheSame() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(64);
        List<BroadcastReceiver<Integer>> receivers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            receivers.add(channel.subscribe());
        }
        IntStream.range(0, 70).forEach(channel::publish);
        assertThat(channel.dropped()).isEqualTo(6_000);
        for (BroadcastReceiver<Integer> receiver : receivers) {
            assertThat(drain(receiver)).containsExactlyElementsOf(range(6, 70));
            receiver.close();
        }
        assertThat(channel.receivers()).isZero();
        assertThat(channel.dropped()).isEqualTo(6_000);
    }

    @Test
    void aReceiverMayPassFromThreadToThread() throws Exception {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        for (int i = 0; i < 200; i++) {
            FutureTask<Optional<Integer>> reading = new FutureTask<>(() -> receiver.poll(Duration.ofHours(1)));
            Thread thread = (i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(reading);
            channel.publish(i);
            assertThat(reading.get()).contains(i);
            thread.join();
        }
    }

    @Test
    void aReceiverThatGoesAwayIsLetGoOf() {
        BroadcastChannel<Integer> channel = new BroadcastChannel<>(2);
        WeakReference<BroadcastReceiver<Integer>> gone = subscribeAndClose(channel);
        awaitCollected(gone);
        assertThat(channel.publish(1)).isTrue();
    }

    @Test
    void elementsThatNobodyReadAreLetGoOfWithTheChannelAndWhenOthersReplaceThem() {
        BroadcastChannel<Object> channel = new BroadcastChannel<>(2);
        WeakReference<Object> replaced = publishNew(channel);
        channel.publish("b");
        channel.publish("c");
        awaitCollected(replaced);
        assertThat(channel.published()).isEqualTo(3);

        awaitCollected(publishNew(new BroadcastChannel<>(2)));
    }

    private static WeakReference<BroadcastReceiver<Integer>> subscribeAndClose(BroadcastChannel<Integer> channel) {
        BroadcastReceiver<Integer> receiver = channel.subscribe();
        channel.publish(0);
        receiver.close();
        return new WeakReference<>(receiver);
    }

    private static WeakReference<Object> publishNew(BroadcastChannel<Object> channel) {
        Object element = new Object();
        channel.publish(element);
        return new WeakReference<>(element);
    }

    private static void awaitCollected(WeakReference<?> reference) {
        Await.until(() -> {
            System.gc();
            return reference.get() == null;
        });
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
