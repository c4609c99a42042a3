package tasker.nativecore.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class InFlightLimitTests {
    private static FutureTask<Integer> taking(InFlightLimit inFlight, boolean busy) {
        FutureTask<Integer> taking = new FutureTask<>(() -> inFlight.take(busy));
        Thread thread = Thread.startVirtualThread(taking);
        while (thread.isAlive()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(100_000);
        }
        return taking;
    }

    @Test
    void asManyAsABatchAreTakenAndNeverMoreThanThereAre() throws Exception {
        InFlightLimit inFlight = new InFlightLimit(5, 3);
        assertThat(inFlight.take(false)).isEqualTo(3);
        assertThat(inFlight.take(true)).isEqualTo(2);

        inFlight.giveBack(1);
        assertThat(inFlight.take(false)).isEqualTo(1);
    }

    @Test
    void whoeverWaitsGoesOnWhenAHandlerEnds() throws Exception {
        InFlightLimit inFlight = new InFlightLimit(1, 10);
        assertThat(inFlight.take(false)).isEqualTo(1);
        inFlight.begun(1);
        FutureTask<Integer> taking = taking(inFlight, false);
        assertThat(taking.isDone()).isFalse();

        inFlight.ended();

        assertThat(taking.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(inFlight.running()).isZero();
        assertThat(inFlight.unsettled()).isEqualTo(1);
    }

    @Test
    void twiceAsManyEventsAsHandlersAreUnsettledAtMost() throws Exception {
        InFlightLimit inFlight = new InFlightLimit(2, 2);
        for (int i = 0; i < 2; i++) {
            assertThat(inFlight.take(false)).isEqualTo(2);
            inFlight.begun(2);
            inFlight.ended();
            inFlight.ended();
        }
        FutureTask<Integer> taking = taking(inFlight, false);
        assertThat(taking.isDone()).isFalse();

        inFlight.settled(1);

        assertThat(taking.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void aBusyReaderGathersABatch() throws Exception {
        InFlightLimit inFlight = new InFlightLimit(4, 4);
        assertThat(inFlight.take(false)).isEqualTo(4);
        inFlight.begun(4);
        for (int i = 0; i < 4; i++) {
            inFlight.ended();
        }
        assertThat(inFlight.take(true)).isEqualTo(4);
    }

    @Test
    void anInterruptTakesNothing() throws Exception {
        InFlightLimit inFlight = new InFlightLimit(1, 1);
        assertThat(inFlight.take(false)).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> inFlight.take(false));

        inFlight.giveBack(1);
        assertThat(inFlight.take(false)).isEqualTo(1);
    }
}
