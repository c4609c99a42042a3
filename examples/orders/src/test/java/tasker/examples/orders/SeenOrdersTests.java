package tasker.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenOrdersTests {
    @Test
    void onlyTheLastOrdersAreRemembered() {
        SeenOrders seen = new SeenOrders();
        for (long line = 1; line <= SeenOrders.CAPACITY + 1L; line++) {
            assertThat(seen.remember("ORD-" + line, line)).isEmpty();
        }

        assertThat(seen.remember("ORD-2", 0)).contains(2L);
        assertThat(seen.remember("ORD-1", 0)).isEmpty();
    }
}
