package tasker.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopRequestTests {
    private final List<String> calls = new ArrayList<>();
    private final StopRequest stop =
            new StopRequest(signal -> calls.add("first " + signal), signal -> calls.add("again " + signal));

    @Test
    void theFirstSignalAsksAndEveryLaterOneInsists() {
        assertThat(stop.isRequested()).isFalse();

        stop.request(StopSignal.INT);
        stop.request(StopSignal.TERM);

        assertThat(stop.isRequested()).isTrue();
        assertThat(stop.signal()).contains(StopSignal.INT);
        assertThat(calls).containsExactly("first INT", "again TERM");
    }

    @Test
    void whatWaitsIsInterruptedAndTheThreadIsFreeAgainAfterwards() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> stop.interrupting(() -> {
                    Thread.ofVirtual().start(() -> stop.request(StopSignal.INT));
                    return never.await(1, TimeUnit.MINUTES);
                }))
                .isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void workThatBeginsAfterTheRequestIsInterruptedAtOnce() {
        stop.request(StopSignal.TERM);

        boolean interrupted = stop.interrupting(() -> Thread.currentThread().isInterrupted());

        assertThat(interrupted).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void workIsCancelledInItsOwnWay() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);

        boolean ended = stop.cancelling(cancelled::countDown, () -> {
            stop.request(StopSignal.INT);
            return cancelled.await(1, TimeUnit.MINUTES);
        });

        assertThat(ended).isTrue();
    }

    @Test
    void workThatIsDoneIsNotCancelledAnyMore() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        stop.cancelling(cancelled::countDown, () -> true);

        stop.request(StopSignal.INT);

        assertThat(cancelled.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void exitCodesAre128AndTheSignalsNumber() {
        assertThat(StopSignal.HUP.exitCode()).isEqualTo(129);
        assertThat(StopSignal.INT.exitCode()).isEqualTo(130);
        assertThat(StopSignal.TERM.exitCode()).isEqualTo(143);
    }
}
