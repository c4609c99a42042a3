package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.DatabaseSettings;

/** Consumers in processes of their own are killed while they work, and others take over. */
class ConsumerDeathIT {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerDeathIT.class);
    private static final int EVENTS = 3_000;

    @TempDir
    Path folder;

    private static JvmProcess start(Class<?> consumer, Path log, DatabaseSettings database) throws Exception {
        return new JvmProcess(
                consumer,
                64,
                List.of(log.toString(), database.url(), database.user().orElseThrow()));
    }

    private static List<String> lines(Path log) throws Exception {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /** A database with a long queue. */
    private static DatabaseSettings full() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestWorker.start(database, "orders").close();
        TestServer.sql(database, """
                INSERT INTO pgmq.q_orders_domain_events (vt, message)
                SELECT clock_timestamp(),
                       jsonb_build_object('event_id', '01900000-0000-7000-8000-' || lpad(i::text, 12, '0'),
                           'event_type', 'order.created', 'payload', '{}'::jsonb,
                           'timestamp', '2026-01-01T00:00:00Z', 'source', 'orders')
                FROM generate_series(1, %d) AS i
                """.formatted(EVENTS));
        return database;
    }

    private static List<String> ids(DatabaseSettings database) {
        return TestServer.query(database, "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events");
    }

    /** Kill so many consumers while they work, let one more do the rest, and tell what they wrote, in this order. */
    private List<String> consume(DatabaseSettings database, Class<?> consumer, int kills) throws Exception {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Path log = folder.resolve("killed" + i);
            try (JvmProcess killed = start(consumer, log, database)) {
                Until.isTrue("it processes events", () -> lines(log).size() >= 200);
                killed.killOutright();
            }
            written.addAll(lines(log));
        }
        Path log = folder.resolve("last");
        try (JvmProcess last = start(consumer, log, database)) {
            Until.isTrue("all are processed", () -> ids(database).isEmpty());
            assertThat(last.isAlive()).isTrue();
        }
        written.addAll(lines(log));
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
        return written;
    }

    @Test
    void whatAKilledConsumerHeldIsProcessedByAnother() throws Exception {
        DatabaseSettings database = full();
        List<String> ids = ids(database);
        int killed = 3;

        List<String> processed = consume(database, Reader.class, killed);

        Set<String> once = new HashSet<>(processed);
        LOG.info(
                "event=consumers_killed killed={} events={} processed={} again={}",
                killed,
                ids.size(),
                once.size(),
                processed.size() - once.size());
        assertThat(once).hasSameElementsAs(ids);
        // A batch at a time was under way when a consumer was killed.
        assertThat(processed.size() - once.size()).isLessThanOrEqualTo(20 * killed);
    }

    @Test
    void whatTheHandlersOfAKilledWorkerHadIsHandledByAnotherWithAHigherReadCount() throws Exception {
        DatabaseSettings database = full();
        List<String> ids = ids(database);
        int killed = 3;

        Map<String, List<Integer>> reads = new HashMap<>();
        for (String line : consume(database, HandlerProcess.class, killed)) {
            String[] parts = line.split(" ", 2);
            reads.computeIfAbsent(parts[0], id -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
        }

        int again = reads.values().stream().mapToInt(each -> each.size() - 1).sum();
        LOG.info("event=workers_killed killed={} events={} again={}", killed, ids.size(), again);
        assertThat(reads.keySet()).hasSameElementsAs(ids);
        assertThat(reads.values())
                .allSatisfy(each -> assertThat(each).doesNotHaveDuplicates().isSorted());
    }
}
