package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Check that who waits is woken: every wait here is bounded by hours, so that a lost wake-up is a test that hangs. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakeUpTests {
    private static final Duration HOURS = Duration.ofHours(10);

    private final BroadcastChannel<Integer> channel = new BroadcastChannel<>(8);
    private final BroadcastReceiver<Integer> receiver = channel.subscribe();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aParkedReceiverIsWokenByThePublish(boolean virtual) throws Exception {
        FutureTask<Optional<Integer>> waiting = park(virtual);
        channel.publish(7);
        assertThat(waiting.get()).contains(7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aParkedReceiverIsWokenByTheCloseOfTheChannel(boolean virtual) throws Exception {
        FutureTask<Optional<Integer>> waiting = park(virtual);
        channel.close();
        assertThat(waiting.get()).isEmpty();
        assertThat(receiver.isClosed()).isTrue();
    }

    @Test
    void aParkedReceiverIsWokenByItsOwnClose() throws Exception {
        FutureTask<Optional<Integer>> waiting = park(false);
        receiver.close();
        assertThat(waiting.get()).isEmpty();
        assertThat(channel.receivers()).isZero();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        FutureTask<Optional<Integer>> waiting = new FutureTask<>(() -> receiver.poll(HOURS));
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        Await.untilParked(thread);
        thread.interrupt();
        assertThatThrownBy(waiting::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        channel.publish(1);
        assertThat(receiver.poll()).as("the receiver still works").contains(1);
    }

    /** After a burst a receiver waits awake for a moment before it parks; that must change nothing but the time. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverThatHasReadABurstParksAndIsWokenAllTheSame(boolean virtual) throws Exception {
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 8; i++) {
                channel.publish(i);
            }
            for (int i = 0; i < 8; i++) {
                assertThat(receiver.poll(HOURS)).contains(i);
            }
            assertThat(receiver.poll(Duration.ZERO)).isEmpty();
            FutureTask<Optional<Integer>> waiting = park(virtual);
            channel.publish(round);
            assertThat(waiting.get()).contains(round);
        }
    }

    @Test
    void anInterruptEndsTheWaitAfterABurst() {
        for (int i = 0; i < 8; i++) {
            channel.publish(i);
            receiver.poll();
        }
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> receiver.poll(HOURS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theLongestDurationIsABound() throws Exception {
        FutureTask<Optional<Integer>> waiting =
                new FutureTask<>(() -> receiver.poll(Duration.ofSeconds(Long.MAX_VALUE)));
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        Await.untilParked(thread);
        channel.publish(1);
        assertThat(waiting.get()).contains(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noWakeUpIsLostBetweenTwoThatAnswerEachOther(boolean virtual) throws Exception {
        BroadcastChannel<Integer> answers = new BroadcastChannel<>(2);
        BroadcastReceiver<Integer> answered = answers.subscribe();
        int rounds = 30_000;
        FutureTask<Integer> echo = start(virtual, () -> {
            int count = 0;
            for (; count < rounds; count++) {
                answers.publish(receiver.poll(HOURS).orElseThrow());
            }
            return count;
        });
        for (int i = 0; i < rounds; i++) {
            channel.publish(i);
            assertThat(answered.poll(HOURS).orElseThrow()).isEqualTo(i);
        }
        assertThat(echo.get()).isEqualTo(rounds);
    }

    @Test
    void noWakeUpIsLostAmongSeveralPublishersAndReceivers() throws Exception {
        int rounds = 3_000;
        int publishers = 3;
        BroadcastChannel<Integer> done = new BroadcastChannel<>(8);
        List<BroadcastReceiver<Integer>> answered = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            answered.add(done.subscribe());
        }
        // In each round, every publisher publishes once and then waits for the reader to have seen all of them: the
        // reader parks between rounds while the publishers race to wake it, and they park while it works.
        FutureTask<Integer> reader = start(false, () -> {
            int seen = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < publishers; i++) {
                    assertThat(receiver.poll(HOURS)).contains(round);
                    seen++;
                }
                done.publish(round);
            }
            return seen;
        });
        List<FutureTask<Integer>> writers = new ArrayList<>();
        for (BroadcastReceiver<Integer> mine : answered) {
            writers.add(start(false, () -> {
                int round = 0;
                for (; round < rounds; round++) {
                    channel.publish(round);
                    assertThat(mine.poll(HOURS).orElseThrow()).isEqualTo(round);
                }
                return round;
            }));
        }
        for (FutureTask<Integer> writer : writers) {
            assertThat(writer.get()).isEqualTo(rounds);
        }
        assertThat(reader.get()).isEqualTo(rounds * publishers);
        assertThat(receiver.missed()).isZero();
    }

    private FutureTask<Optional<Integer>> park(boolean virtual) {
        FutureTask<Optional<Integer>> task = new FutureTask<>(() -> receiver.poll(HOURS));
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        Await.untilParked(thread);
        return task;
    }

    private static <T> FutureTask<T> start(boolean virtual, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        return task;
    }
}
