package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;
import tasker.events.api.spi.WorkerContext;
import tasker.testkit.Waiting.Call;

/**
 * Test what {@link StepQueue} and {@link StepSource} promise, with a queue that is configured to give steps.
 *
 * <p>The queues that one test starts are workers of one namespace on one store, which is empty when the test begins. A
 * short visibility, such as a second, makes the tests quick.
 *
 * <p>Not tested, since only the store can bring it about or show it: messages that are no steps, a refused result or
 * event, an outcome that is not known, and that result and events are written in one transaction with the end of the
 * message.
 */
public abstract class StepQueueContract extends WorkerServiceContract<StepQueue> {
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration HOUR = Duration.ofHours(1);
    private final List<StepSource> sources = new ArrayList<>();

    /** For subclasses. */
    protected StepQueueContract() {}

    /** The context of a worker on the store of this test. */
    @Override
    protected abstract WorkerContext context(StepQueue queue);

    @AfterEach
    final void closeSources() {
        sources.forEach(StepSource::close);
    }

    /** {@link StepQueue#add}: for whichever worker reads the queue; returns when it is committed. */
    @Test
    public void whatIsAddedIsThereForAnotherWorker() throws Exception {
        StepQueue queue = start();
        StepQueue other = start();
        StepRequest request = step();
        queue.add(request, StepLimits.once());

        assertThat(next(open(other)).request().stepId()).isEqualTo(request.stepId());
    }

    /** {@link ReceivedStep.Step}: what to run, and how often and how long. */
    @Test
    public void theWholeStepIsKept() throws Exception {
        StepQueue queue = start();
        StepRequest request = step();
        StepLimits limits = StepLimits.attempts(3)
                .withTimeout(Duration.ofSeconds(7))
                .withRetryDelays(Duration.ofMillis(20), Duration.ofSeconds(2));
        queue.add(request, limits);
        ReceivedStep.Step received = next(open(queue));

        assertThat(received.request()).isEqualTo(request);
        assertThat(received.limits()).isEqualTo(limits);
    }

    /** {@link StepSource#visibility}: always the same. */
    @Test
    public void theVisibilityIsAlwaysTheSame() throws Exception {
        StepSource source = open(start());

        assertThat(source.visibility()).isPositive().isEqualTo(source.visibility());
    }

    /** {@link StepSource#receive}: up to this many steps. */
    @Test
    public void receivesNoMoreThanItAskedFor() throws Exception {
        StepQueue queue = start();
        for (int i = 0; i < 3; i++) {
            queue.add(step(), StepLimits.once());
        }

        assertThat(open(queue).receive(2, NO_WAIT)).hasSizeBetween(1, 2);
    }

    /** {@link StepSource#receive}: waits for the first. */
    @Test
    public void receiveWaitsForTheFirst() throws Exception {
        StepQueue queue = start();
        StepSource source = open(queue);
        Call<List<ReceivedStep>> receiving = waiting().begin(() -> source.receive(1, patience()));
        queue.add(step(), StepLimits.once());
        List<ReceivedStep> received = waiting().end("a step has come", receiving);

        assertThat(received).hasSize(1);
    }

    /** {@link StepSource#receive}: empty when none came. */
    @Test
    public void receiveIsEmptyWhenNoneCame() throws Exception {
        StepSource source = open(start());
        List<ReceivedStep> received =
                waiting().call("receive has returned", () -> source.receive(1, Duration.ofMillis(20)));

        assertThat(received).isEmpty();
    }

    /** {@link StepSource#receive}: throws when the waiting thread is interrupted. */
    @Test
    public void anInterruptEndsTheWait() throws Exception {
        StepSource source = open(start());
        Call<Boolean> receiving = waiting().begin(() -> {
            Thread.currentThread().interrupt();
            try {
                source.receive(1, Duration.ofDays(1));
                return false;
            } catch (InterruptedException ignored) {
                return true;
            }
        });

        assertThat(waiting().end("receive has ended", receiving)).isTrue();
    }

    /** {@link StepSource}: a step that is received stays hidden from other workers. */
    @Test
    public void aReceivedStepIsHiddenFromOthers() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.once());
        StepSource source = open(queue);
        source.extend(List.of(next(source)), HOUR);

        assertThat(open(start()).receive(1, NO_WAIT)).isEmpty();
    }

    /** {@link StepSource}: unless it is settled or released, it is received again; reads are counted. */
    @Test
    public void aStepThatIsNotSettledComesAgain() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.once());
        StepSource source = open(queue);
        ReceivedStep.Step first = next(source);
        ReceivedStep.Step second = next(source);

        assertThat(List.of(first.readCount(), second.readCount())).containsExactly(1, 2);
    }

    /** {@link StepSource#settle}: settles a step as done. */
    @Test
    public void aSettledStepIsGone() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.once());
        StepSource source = open(queue);
        ReceivedStep.Step step = next(source);

        assertThat(source.settle(done(step))).isTrue();
        assertThat(source.extend(List.of(step), HOUR)).containsExactly(step);
    }

    /** {@link StepSource#settle}: whether the step was still this source's. */
    @Test
    public void aStepThatIsLostIsNotSettled() throws Exception {
        StepQueue queue = start();
        StepSource source = open(queue);
        ReceivedStep.Step lost = lose(queue, source);

        assertThat(source.settle(done(lost))).isFalse();
    }

    /** {@link StepSource#extend}: those that were not this source's any more. */
    @Test
    public void aStepThatIsLostIsNotExtended() throws Exception {
        StepQueue queue = start();
        StepSource source = open(queue);
        ReceivedStep.Step lost = lose(queue, source);

        assertThat(source.extend(List.of(lost), HOUR)).containsExactly(lost);
    }

    /** {@link StepSource#release}: whether it was still this source's. */
    @Test
    public void aStepThatIsLostIsNotReleased() throws Exception {
        StepQueue queue = start();
        StepSource source = open(queue);
        ReceivedStep.Step lost = lose(queue, source);

        assertThat(source.release(lost, 2, Duration.ZERO)).isFalse();
    }

    /** {@link StepSource#deadLetter(ReceivedStep, String)}: whether it was still this source's. */
    @Test
    public void aStepThatIsLostIsNoDeadLetter() throws Exception {
        StepQueue queue = start();
        StepSource source = open(queue);
        ReceivedStep.Step lost = lose(queue, source);

        assertThat(source.deadLetter(lost, "too late")).isFalse();
    }

    /** {@link StepSource#deadLetter(ReceivedStep, String)}: moves a message to the dead letters. */
    @Test
    public void aDeadLetterIsGone() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.once());
        StepSource source = open(queue);
        ReceivedStep.Step step = next(source);

        assertThat(source.deadLetter(step, "for the test")).isTrue();
        assertThat(source.extend(List.of(step), HOUR)).containsExactly(step);
    }

    /** {@link StepSource#release}: to be received again, with the attempt that it then has. */
    @Test
    public void aReleasedStepComesAgainAsTheNextAttempt() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.attempts(3));
        StepSource source = open(queue);
        boolean released = source.release(next(source), 2, Duration.ZERO);

        assertThat(released).isTrue();
        assertThat(next(source).request().attempt()).isEqualTo(2);
    }

    /** {@link StepSource#release}: its count of starts begins anew. */
    @Test
    public void theStartsOfAReleasedStepBeginAnew() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.attempts(3));
        StepSource source = open(queue);
        source.release(next(source), 2, Duration.ZERO);

        assertThat(next(source).startCount()).isEqualTo(1);
    }

    /** {@link StepSource#release}: after a delay. */
    @Test
    public void aReleasedStepWaitsForItsDelay() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.attempts(3));
        StepSource source = open(queue);
        source.release(next(source), 2, HOUR);

        assertThat(source.receive(1, source.visibility().multipliedBy(2))).isEmpty();
    }

    /** {@link StepSource#leave}: these reads do not add to the count of starts. */
    @Test
    public void aStepThatIsLeftWasNotStarted() throws Exception {
        StepQueue queue = start();
        queue.add(step(), StepLimits.once());
        StepSource source = open(queue);
        source.leave(List.of(next(source)));
        ReceivedStep.Step again = next(source);

        assertThat(again.startCount())
                .as("starts after %s reads", again.readCount())
                .isEqualTo(1);
    }

    /** {@link StepSource#close}: closing twice does nothing. */
    @Test
    public void closingTwiceDoesNothing() throws Exception {
        StepSource source = start().openSteps().orElseThrow();
        source.close();

        assertThatCode(source::close).doesNotThrowAnyException();
    }

    private StepSource open(StepQueue queue) {
        StepSource source = queue.openSteps().orElseThrow();
        sources.add(source);
        return source;
    }

    private ReceivedStep.Step next(StepSource source) throws InterruptedException {
        List<ReceivedStep> received = source.receive(1, patience());
        assertThat(received).as("steps that came within %s", patience()).hasSize(1);
        assertThat(received.getFirst()).isInstanceOf(ReceivedStep.Step.class);
        return (ReceivedStep.Step) received.getFirst();
    }

    /** Receive a step, and let another worker receive it after its time. */
    private ReceivedStep.Step lose(StepQueue queue, StepSource source) throws Exception {
        queue.add(step(), StepLimits.once());
        ReceivedStep.Step received = next(source);
        StepSource other = open(start());
        ReceivedStep.Step taken = next(other);
        assertThat(other.extend(List.of(taken), HOUR)).as("lost by the other").isEmpty();
        return received;
    }

    private static StepRequest step() {
        return StepRequest.of("test-handler", Map.of("number", 1, "text", "Zoë"));
    }

    private static StepSettlement done(ReceivedStep.Step step) {
        StepOutcome outcome = new StepOutcome(
                step.request(), StepResult.success(Map.of("done", true)), Duration.ofMillis(3), Instant.now());
        return new StepSettlement(step, outcome, List.of());
    }
}
