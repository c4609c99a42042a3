package tasker.nativecore.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A step gets a permit and room, or neither, and one thread at a time begins to look. */
class StepSlotsTests {
    @Test
    void shouldTakePermitAndRoomOrNeither() {
        StepSlots slots = new StepSlots(2, 3);
        for (int i = 0; i < 4; i++) {
            slots.look();
        }

        assertThat(slots.take()).isTrue();
        assertThat(slots.take()).isTrue();
        assertThat(slots.take()).as("a third permit").isFalse();
        slots.leavePermit();
        assertThat(slots.take()).isTrue();
        slots.leavePermit();
        assertThat(slots.take()).as("room for a fourth outcome").isFalse();
        slots.leaveRoom();
        assertThat(slots.take()).isTrue();
        assertThat(slots.lookers()).isZero();
    }

    @Test
    void shouldLetOneLookAndOnlyWhereSomethingCanStart() {
        StepSlots slots = new StepSlots(1, 1);

        assertThat(slots.lookFirst()).isTrue();
        assertThat(slots.lookFirst()).as("another one looks").isFalse();
        assertThat(slots.take()).isTrue();
        assertThat(slots.lookFirst()).as("nothing can start").isFalse();
        slots.leave();
        assertThat(slots.lookFirst()).isTrue();
        slots.stopLooking();
        assertThat(slots.lookers()).isZero();
    }

    @Test
    void shouldHoldTheLargestNumbersThatCanBeConfigured() {
        int most = 100_000;
        int buffer = 1 << 20;
        StepSlots slots = new StepSlots(most, most + buffer);

        for (int i = 0; i < most; i++) {
            slots.look();
        }
        for (int i = 0; i < most; i++) {
            assertThat(slots.take()).isTrue();
        }
        slots.look();
        assertThat(slots.take()).isFalse();
        assertThat(slots.lookers()).isEqualTo(1);
    }
}
