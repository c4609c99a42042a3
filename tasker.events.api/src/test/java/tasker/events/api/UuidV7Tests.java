package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.events.api.DomainEventTests.assertRefused;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class UuidV7Tests {
    @Test
    void everyUuidHasTheVersionAndVariantOfTheRfc() {
        for (int i = 0; i < 10_000; i++) {
            UUID uuid = UuidV7.next();
            assertThat(uuid.version()).isEqualTo(7);
            assertThat(uuid.variant()).isEqualTo(2);
        }
    }

    @Test
    void eachIsGreaterThanTheOneBefore() {
        String last = "";
        for (int i = 0; i < 100_000; i++) {
            String next = UuidV7.next().toString();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    void threadsNeverShareOneAndEachSeesThemGrow() throws Exception {
        int threads = 8;
        int each = 50_000;
        Set<UUID> all = new HashSet<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<List<UUID>>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> take(each)));
            }
            for (Future<List<UUID>> result : results) {
                List<UUID> uuids = result.get();
                assertThat(uuids).isSortedAccordingTo((a, b) -> a.toString().compareTo(b.toString()));
                all.addAll(uuids);
            }
        }

        assertThat(all).hasSize(threads * each);
        assertThat(all.stream().map(uuid -> uuid.getMostSignificantBits()).distinct())
                .as("the time alone tells them apart")
                .hasSize(threads * each);
    }

    @Test
    void theTimeIsThatOfTheCall() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        UUID uuid = UuidV7.next();
        // In a burst a UUID may run ahead of the clock by a step of 244 ns for each one before it.
        Instant after = Instant.now().plusSeconds(1);

        assertThat(UuidV7.timestamp(uuid)).isBetween(before, after);
    }

    @Test
    void theTimeOfTheRfcsExampleIsRead() {
        UUID example = UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");

        assertThat(UuidV7.timestamp(example)).isEqualTo(Instant.parse("2022-02-22T19:22:22Z"));
    }

    @Test
    void otherVersionsHaveNoTime() {
        assertRefused("uuid", () -> UuidV7.timestamp(UUID.randomUUID()));
    }

    @Test
    void theRandomBitsDiffer() {
        Set<Long> random = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            random.add(UuidV7.next().getLeastSignificantBits());
        }

        assertThat(random).hasSize(10_000);
    }

    private static List<UUID> take(int count) {
        List<UUID> uuids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            uuids.add(UuidV7.next());
        }
        return uuids;
    }
}
