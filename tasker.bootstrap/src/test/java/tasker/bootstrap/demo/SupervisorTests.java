package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tasker.bootstrap.console.CapturedConsole;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;
import tasker.events.api.TaskerException;

class SupervisorTests {
    private static final Supplier<Optional<String>> HOPEFUL = Optional::empty;

    private final CapturedConsole captured = CapturedConsole.terminal(Map.of());
    private final StopRequest stop = new StopRequest(signal -> {}, signal -> {});
    private final Supervisor supervisor = new Supervisor(captured.console(), stop);
    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void workThatIsDoneGivesItsResultAndLeavesNoProgressLine() {
        assertThat(supervisor.run("work", () -> "50 %", HOPEFUL, () -> 42)).isEqualTo(new Ending.Done<>(42));

        assertThat(captured.err()).startsWith("50 %").endsWith("\r\u001b[K");
    }

    @Test
    void aStopInterruptsTheWork() {
        Ending<Boolean> ending = supervisor.run("work", () -> "", HOPEFUL, () -> {
            stop.request(StopSignal.INT);
            never.await();
            return true;
        });

        assertThat(ending).isInstanceOf(Ending.Stopped.class);
    }

    @Test
    void aStopThatBreaksTheWorkIsStillAStop() {
        Ending<Boolean> ending = supervisor.run("work", () -> "", HOPEFUL, () -> {
            stop.request(StopSignal.INT);
            throw new TaskerException("TASKER-D201", "the server was interrupted too");
        });

        assertThat(ending).isInstanceOf(Ending.Stopped.class);
    }

    @Test
    void hopelessWorkIsGivenUpWithTheReason() {
        Ending<Boolean> ending = supervisor.run("work", () -> "", () -> Optional.of("the database is gone"), () -> {
            never.await();
            return true;
        });

        assertThat(ending).isEqualTo(new Ending.GivenUp<>("the database is gone"));
    }

    @Test
    void workMayBeCancelledInItsOwnWay() {
        CountDownLatch cancelled = new CountDownLatch(1);

        Ending<Boolean> ending = supervisor.run("work", () -> "", cancelled::countDown, () -> {
            stop.request(StopSignal.TERM);
            cancelled.await();
            return true;
        });

        assertThat(cancelled.getCount()).isZero();
        assertThat(ending).isInstanceOf(Ending.Stopped.class);
    }

    @Test
    void aFailureKeepsItsCode() {
        assertThatThrownBy(() -> supervisor.run("work", () -> "", HOPEFUL, () -> {
                    throw new TaskerException("TASKER-D103", "no database");
                }))
                .isInstanceOf(TaskerException.class)
                .hasMessage("TASKER-D103 no database");
    }
}
