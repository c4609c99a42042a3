package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

    private JvmProcess start(Path log, DatabaseSettings database) throws Exception {
        return new JvmProcess(
                Reader.class,
                64,
                List.of(log.toString(), database.url(), database.user().orElseThrow()));
    }

    private static List<String> lines(Path log) throws Exception {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    @Test
    void whatAKilledConsumerHeldIsProcessedByAnother() throws Exception {
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
        List<String> ids = TestServer.query(database, "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events");

        List<String> processed = new ArrayList<>();
        int killed = 0;
        for (int i = 0; i < 3; i++) {
            Path log = folder.resolve("killed" + i);
            try (JvmProcess consumer = start(log, database)) {
                Until.isTrue("it processes events", () -> lines(log).size() >= 200);
                consumer.killOutright();
                killed++;
            }
            processed.addAll(lines(log));
        }
        int before = processed.size();
        Path log = folder.resolve("last");
        try (JvmProcess consumer = start(log, database)) {
            Until.isTrue(
                    "all are processed",
                    () -> TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events")
                            .equals(List.of("0")));
            assertThat(consumer.isAlive()).isTrue();
        }
        processed.addAll(lines(log));

        Set<String> once = new HashSet<>(processed);
        LOG.info(
                "event=consumers_killed killed={} events={} processed_by_killed={} processed={} again={}",
                killed,
                ids.size(),
                before,
                once.size(),
                processed.size() - once.size());
        assertThat(once).hasSameElementsAs(ids);
        // A batch at a time was under way when a consumer was killed.
        assertThat(processed.size() - once.size()).isLessThanOrEqualTo(20 * killed);
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
    }
}
