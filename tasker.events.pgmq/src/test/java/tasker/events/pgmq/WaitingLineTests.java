package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-over between callers and writers, without a database. */
class WaitingLineTests {
    private static final QueueName QUEUE = QueueName.of("orders");
    private final WriteFailure failure = WriteFailure.notWritten("TASKER-Q107", "of a test", null);

    private final WaitingLine line = new WaitingLine(2);

    private static Outgoing outgoing(String text, long length) {
        return new Outgoing(QUEUE, List.of(new EventMessage(text, null)), 0, length);
    }

    private static Submission submission(String text, long charge) {
        return Submission.ofFuture(outgoing(text, charge), 0, Long.MAX_VALUE, charge, new CompletableFuture<>());
    }

    private List<Submission> next() {
        List<Submission> taken = new ArrayList<>();
        assertThat(line.next(taken::addAll)).isTrue();
        return taken;
    }

    private static List<String> texts(List<Submission> group) {
        return group.stream()
                .map(submission -> submission.outgoing() == null
                        ? "-"
                        : submission.outgoing().messages().getFirst().message())
                .toList();
    }

    @Test
    void aGroupIsAllThatWaitsInTheOrderItCame() {
        line.join(submission("a", 1));
        line.join(submission("b", 1));
        line.join(submission("c", 1));

        assertThat(texts(next())).containsExactly("a", "b", "c");
        assertThat(line.length()).isZero();
    }

    @Test
    void aGroupIsTheWritersShareOfAllThatIsUnderWay() {
        for (int i = 0; i < 60; i++) {
            line.join(submission("x", 1));
        }

        List<Submission> first = next();
        assertThat(first).hasSize(30);
        assertThat(next()).hasSize(30);
        line.ended(first.size());
        for (int i = 0; i < 31; i++) {
            line.join(submission("y", 1));
        }
        assertThat(next()).hasSize(31);
    }

    @Test
    void aGroupEndsBeforeItGetsTooLong() {
        line.join(submission("a", WaitingLine.MAX_LENGTH - 1));
        line.join(submission("b", 2));
        line.join(submission("c", 3 * WaitingLine.MAX_LENGTH));

        assertThat(texts(next())).containsExactly("a");
        assertThat(texts(next())).containsExactly("b");
        assertThat(texts(next())).containsExactly("c");
    }

    @Test
    void aGroupIsFoundAtEveryMomentInTheLineOrWithItsTaker() {
        line.join(submission("a", 1));

        line.next(group -> {
            assertThat(line.waiting()).containsExactlyElementsOf(group);
            assertThat(group.getFirst().withdraw(failure)).isTrue();
        });

        assertThat(line.waiting()).isEmpty();
    }

    @Test
    void whatWasWithdrawnIsNotTaken() {
        Submission withdrawn = submission("a", 1);
        line.join(withdrawn);
        line.join(submission("b", 1));

        assertThat(withdrawn.withdraw(failure)).isTrue();

        assertThat(texts(next())).containsExactly("-", "b");
        assertThat(withdrawn.beginCommit()).isFalse();
        assertThat(withdrawn.failure()).isSameAs(failure);
    }

    @Test
    void whatIsBeingCommittedCannotBeWithdrawn() {
        Submission submission = submission("a", 1);
        line.join(submission);
        next();

        assertThat(submission.beginCommit()).isTrue();
        assertThat(submission.withdraw(failure)).isFalse();
        submission.cancelCommit();
        assertThat(submission.withdraw(failure)).isTrue();
        assertThat(submission.endWritten()).isFalse();
    }

    @Test
    void aClosedLineHandsOutTheRestAndEnds() throws Exception {
        line.join(submission("a", 1));
        line.close();

        assertThat(texts(next())).containsExactly("a");
        assertThat(line.next(group -> {})).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyIsLostAndNobodyEndsTwice(long seed) throws Exception {
        int callers = 32;
        int calls = 2_000;
        AtomicInteger written = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger ends = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(seed * 100 + i);
            writers.add(Thread.ofPlatform().start(() -> writeUntilClosed(random, ends)));
        }
        List<Submission> pending = Collections.synchronizedList(new ArrayList<>());
        Thread rival = Thread.ofPlatform().start(() -> withdrawSome(new Random(seed), pending, ends, written, failed));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int call = 0; call < calls; call++) {
                    Submission submission = Submission.ofWaitingCaller(outgoing("x", 1), 0, Long.MAX_VALUE, 1);
                    pending.add(submission);
                    line.join(submission);
                    boolean ignored = submission.await();
                    (submission.failure() == null ? written : failed).incrementAndGet();
                }
            }));
        }

        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofMinutes(5)))
                    .as("a caller was lost")
                    .isTrue();
        }
        line.close();
        for (Thread writer : writers) {
            writer.join(TimeUnit.MINUTES.toMillis(5));
        }
        rival.join(TimeUnit.MINUTES.toMillis(5));
        assertThat(written.get() + failed.get()).isEqualTo(callers * calls);
        assertThat(ends.get()).as("each ended once").isEqualTo(callers * calls);
        assertThat(written.get()).isPositive();
        assertThat(failed.get()).isPositive();
        assertThat(line.length()).isZero();
    }

    /** Do to each group what a writer does, with refused commits and failures in between. */
    private void writeUntilClosed(Random random, AtomicInteger ends) {
        while (line.next(group -> {
            group.forEach(Submission::take);
            List<Submission> live = new ArrayList<>(group);
            if (random.nextInt(4) == 0) {
                live.forEach(Submission::beginCommit);
                live.forEach(Submission::cancelCommit);
            }
            live.forEach(Submission::beginCommit);
            boolean refused = random.nextInt(16) == 0;
            for (Submission submission : live) {
                if (refused ? submission.endFailed(failure) : submission.endWritten()) {
                    ends.incrementAndGet();
                    submission.wake();
                }
            }
        })) {
            Thread.onSpinWait();
        }
    }

    /** Withdraw about every fourth, as deadlines and interrupts do, until all have ended. */
    private void withdrawSome(
            Random random, List<Submission> pending, AtomicInteger ends, AtomicInteger written, AtomicInteger failed) {
        int total = 32 * 2_000;
        int seen = 0;
        while (written.get() + failed.get() < total) {
            int size = pending.size();
            for (; seen < size; seen++) {
                if (random.nextInt(4) == 0 && pending.get(seen).withdraw(failure)) {
                    ends.incrementAndGet();
                    pending.get(seen).wake();
                }
            }
            Thread.onSpinWait();
        }
    }
}
