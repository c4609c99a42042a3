package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tasker.events.api.UuidV7;

class IdSetTests {
    @Test
    void anIdIsTakenOnce() {
        IdSet ids = new IdSet();
        UUID id = UuidV7.next();

        assertThat(ids.add(id)).isTrue();
        assertThat(ids.add(id)).isFalse();
        assertThat(ids.size()).isEqualTo(1);
        assertThat(ids.contains(id)).isTrue();
        assertThat(ids.contains(UuidV7.next())).isFalse();
    }

    @Test
    void itHoldsWhatAnOrdinarySetHolds() {
        Random random = new Random(42);
        IdSet ids = new IdSet();
        Set<UUID> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            // Few different halves, so that many ids share one.
            UUID id = new UUID(0x7000L + random.nextInt(50), 1 + random.nextInt(500));
            assertThat(ids.add(id)).isEqualTo(expected.add(id));
        }

        assertThat(ids.size()).isEqualTo(expected.size());
        assertThat(ids.count(expected::contains)).isEqualTo(expected.size());
        assertThat(expected).allMatch(ids::contains);
    }
}
