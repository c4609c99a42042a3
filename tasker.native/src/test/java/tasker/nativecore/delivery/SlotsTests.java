package tasker.nativecore.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SlotsTests {
    private static FutureTask<Integer> taking(Slots slots, boolean busy) {
        FutureTask<Integer> taking = new FutureTask<>(() -> slots.take(busy));
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
        Slots slots = new Slots(5, 3);
        assertThat(slots.take(false)).isEqualTo(3);
        assertThat(slots.take(true)).isEqualTo(2);

        slots.giveBack(1);
        assertThat(slots.take(false)).isEqualTo(1);
    }

    @Test
    void whoeverWaitsGoesOnWhenAHandlerEnds() throws Exception {
        Slots slots = new Slots(1, 10);
        assertThat(slots.take(false)).isEqualTo(1);
        slots.begun(1);
        FutureTask<Integer> taking = taking(slots, false);
        assertThat(taking.isDone()).isFalse();

        slots.ended();

        assertThat(taking.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(slots.running()).isZero();
        assertThat(slots.unsettled()).isEqualTo(1);
    }

    @Test
    void twiceAsManyEventsAsHandlersAreUnsettledAtMost() throws Exception {
        Slots slots = new Slots(2, 2);
        for (int i = 0; i < 2; i++) {
            assertThat(slots.take(false)).isEqualTo(2);
            slots.begun(2);
            slots.ended();
            slots.ended();
        }
        FutureTask<Integer> taking = taking(slots, false);
        assertThat(taking.isDone()).isFalse();

        slots.settled(1);

        assertThat(taking.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void aBusyReaderGathersABatch() throws Exception {
        Slots slots = new Slots(4, 4);
        assertThat(slots.take(false)).isEqualTo(4);
        slots.begun(4);
        for (int i = 0; i < 4; i++) {
            slots.ended();
        }
        assertThat(slots.take(true)).isEqualTo(4);
    }

    @Test
    void anInterruptTakesNothing() throws Exception {
        Slots slots = new Slots(1, 1);
        assertThat(slots.take(false)).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> slots.take(false));

        slots.giveBack(1);
        assertThat(slots.take(false)).isEqualTo(1);
    }
}
