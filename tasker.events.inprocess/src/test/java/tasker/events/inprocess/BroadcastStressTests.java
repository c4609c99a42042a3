package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Check under load, on rings so small that publishers lap each other, that every element is accounted for. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BroadcastStressTests {
    private static final Duration HOURS = Duration.ofHours(10);

    /** One element: who published it, as the how manieth. */
    private record Mark(int producer, int number) {}

    /** What a receiver saw until the channel was closed. */
    private record Tally(long delivered, long missed) {
        long total() {
            return delivered + missed;
        }
    }

    @Test
    void whatIsPublishedIsDeliveredOrMissedBySlowAndByQuickReceivers() throws Exception {
        int producers = 3;
        int each = 200_000;
        BroadcastChannel<Mark> channel = new BroadcastChannel<>(64);
        List<FutureTask<Tally>> readers = new ArrayList<>();
        for (int delay : new int[] {0, 0, 50, 1_000}) {
            BroadcastReceiver<Mark> receiver = channel.subscribe();
            readers.add(start(() -> readToTheEnd(receiver, producers, new Random(delay), delay)));
        }
        publishAll(channel, producers, each);
        channel.close();

        long delivered = 0;
        long missed = 0;
        for (FutureTask<Tally> reader : readers) {
            Tally tally = reader.get();
            assertThat(tally.total()).isEqualTo((long) producers * each);
            delivered += tally.delivered();
            missed += tally.missed();
        }
        assertThat(channel.published()).isEqualTo((long) producers * each);
        assertThat(channel.dropped()).isEqualTo(missed);
        assertThat(channel.published() * readers.size()).isEqualTo(delivered + channel.dropped());
    }

    @Test
    void allReceiversSeeOneOrder() throws Exception {
        int producers = 2;
        int each = 20_000;
        BroadcastChannel<Mark> channel = new BroadcastChannel<>(1 << 16);
        BroadcastReceiver<Mark> first = channel.subscribe();
        BroadcastReceiver<Mark> second = channel.subscribe();
        FutureTask<List<Mark>> firstSaw = start(() -> collect(first));
        FutureTask<List<Mark>> secondSaw = start(() -> collect(second));
        publishAll(channel, producers, each);
        channel.close();

        assertThat(firstSaw.get()).hasSize(producers * each).isEqualTo(secondSaw.get());
    }

    @Test
    void whatWasTakenBeforeACloseIsReadAndNothingElse() throws Exception {
        for (int round = 0; round < 300; round++) {
            BroadcastChannel<Mark> channel = new BroadcastChannel<>(1 << 12);
            BroadcastReceiver<Mark> receiver = channel.subscribe();
            FutureTask<Integer> taken = start(() -> publishUntilClosed(channel, 0));
            FutureTask<Integer> takenToo = start(() -> publishUntilClosed(channel, 1));
            FutureTask<Tally> read = start(() -> readToTheEnd(receiver, 2, new Random(0), 0));
            Await.until(() -> channel.published() > 10);
            channel.close();

            assertThat(channel.published()).isEqualTo(taken.get() + takenToo.get());
            assertThat(read.get().total()).isEqualTo(channel.published());
        }
    }

    /** The seed of a round that fails stands in the assertion; all sizes and delays come from it. */
    @RepeatedTest(12)
    void receiversMayComeAndGoWhilePublishersLapEachOther(RepetitionInfo round) throws Exception {
        long seed = 0x5EED_0000L + round.getCurrentRepetition();
        Random random = new Random(seed);
        int producers = 1 + random.nextInt(4);
        int each = 20_000;
        BroadcastChannel<Mark> channel = new BroadcastChannel<>(1 << (1 + random.nextInt(6)));
        List<FutureTask<Tally>> staying = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            BroadcastReceiver<Mark> receiver = channel.subscribe();
            Random own = new Random(random.nextLong());
            int delay = random.nextBoolean() ? 0 : random.nextInt(2_000);
            staying.add(start(() -> readToTheEnd(receiver, producers, own, delay)));
        }
        Random own = new Random(random.nextLong());
        FutureTask<Long> passing = start(() -> comeAndGo(channel, producers, own));
        publishAll(channel, producers, each);
        channel.close();

        long missed = passing.get();
        for (FutureTask<Tally> reader : staying) {
            assertThat(reader.get().total()).as("seed %x", seed).isEqualTo((long) producers * each);
            missed += reader.get().missed();
        }
        assertThat(channel.dropped()).as("seed %x", seed).isEqualTo(missed);
        assertThat(channel.receivers()).isEqualTo(staying.size());
    }

    /** Read, now and then with a delay of about this many nanoseconds, and check that each producer's order is kept. */
    private static Tally readToTheEnd(BroadcastReceiver<Mark> receiver, int producers, Random random, int delayNanos)
            throws InterruptedException {
        int[] last = new int[producers];
        Arrays.fill(last, -1);
        long delivered = 0;
        while (true) {
            var next = receiver.poll(HOURS);
            if (next.isEmpty()) {
                return new Tally(delivered, receiver.missed());
            }
            delivered++;
            Mark mark = next.get();
            assertThat(mark.number()).isGreaterThan(last[mark.producer()]);
            last[mark.producer()] = mark.number();
            if (delayNanos > 0 && random.nextInt(100) == 0) {
                LockSupport.parkNanos(delayNanos);
            }
        }
    }

    /** Subscribe, read a little, and leave, until the channel is closed; the answer is how many were missed. */
    private static long comeAndGo(BroadcastChannel<Mark> channel, int producers, Random random) {
        long missed = 0;
        while (!channel.isClosed()) {
            long before = channel.published();
            BroadcastReceiver<Mark> receiver = channel.subscribe();
            int[] last = new int[producers];
            Arrays.fill(last, -1);
            int delivered = 0;
            for (int i = random.nextInt(200); i > 0; i--) {
                var next = receiver.poll();
                if (next.isPresent()) {
                    delivered++;
                    Mark mark = next.get();
                    assertThat(mark.number()).isGreaterThan(last[mark.producer()]);
                    last[mark.producer()] = mark.number();
                }
            }
            receiver.close();
            assertThat(delivered + receiver.missed()).isLessThanOrEqualTo(channel.published() - before);
            missed += receiver.missed();
        }
        return missed;
    }

    private static List<Mark> collect(BroadcastReceiver<Mark> receiver) throws InterruptedException {
        List<Mark> all = new ArrayList<>();
        for (var next = receiver.poll(HOURS); next.isPresent(); next = receiver.poll(HOURS)) {
            all.add(next.get());
        }
        return all;
    }

    private static void publishAll(BroadcastChannel<Mark> channel, int producers, int each) throws Exception {
        List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            int own = producer;
            tasks.add(start(() -> {
                for (int number = 0; number < each; number++) {
                    assertThat(channel.publish(new Mark(own, number))).isTrue();
                }
                return each;
            }));
        }
        for (FutureTask<Integer> task : tasks) {
            task.get();
        }
    }

    private static int publishUntilClosed(BroadcastChannel<Mark> channel, int producer) {
        int number = 0;
        while (channel.publish(new Mark(producer, number))) {
            number++;
        }
        return number;
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
