package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** What a read in order finds in long queues, and how much it looks at for that. */
class OrderedReadIT {
    private static final ConsumerOptions ORDERED = ConsumerOptions.defaults().inOrder();
    private static final QueueName QUEUE = QueueName.events("orders");

    /** With the blocks of an index for each key of a few, those of the front, and room for plans that differ. */
    private static final int FEW_BLOCKS = 2_500;

    private PgmqTransport transport;
    private SchemaClient client;

    @BeforeEach
    void start() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        transport = TestWorker.start(database, "orders");
        client = SchemaClient.of(database);
        client.run("ALTER TABLE " + QUEUE.table() + " SET (autovacuum_enabled = off)");
        transport.openConsumer(ORDERED).close();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        transport.close();
    }

    /** Send so many messages, due since a second; n is their number, key an expression of it. */
    private void send(int messages, String key) {
        send(messages, key, "-1 s");
    }

    private void send(int messages, String key, String due) {
        client.run("INSERT INTO " + QUEUE.table() + " (vt, message, headers) SELECT now() + interval '" + due + "', '"
                + EventMessage.of(TransportFixture.event(), "orders").message()
                + "'::jsonb, jsonb_build_object('x-pgmq-group', " + key + ") FROM generate_series(1, " + messages
                + ") AS n");
    }

    private static String due(int most, boolean indexed) {
        return OrderedRead.due(QUEUE, indexed).replace("?::integer", Integer.toString(most))
                + "SELECT msg_id FROM due ORDER BY msg_id";
    }

    private List<String> ids(int most) {
        return client.rows(due(most, true));
    }

    private void assertFewBlocks() {
        assertThat(client.blocks(due(64, true))).isLessThan(FEW_BLOCKS);
        client.run("ANALYZE " + QUEUE.table());
        assertThat(client.blocks(due(64, true))).isLessThan(FEW_BLOCKS);
    }

    @Test
    void fewKeysWithADeepBacklogAreReadAtOnce() throws Exception {
        send(100_000, "'k' || n % 8");

        assertThat(ids(64)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        assertFewBlocks();
        try (DurableEventConsumer consumer = transport.openConsumer(ORDERED)) {
            List<ReceivedEvent> first = consumer.receive(64, Duration.ZERO);
            assertThat(first).extracting(ReceivedEvent::messageId).containsExactlyElementsOf(ids("1", 8));
            assertThat(consumer.receive(64, Duration.ZERO)).isEmpty();
            assertFewBlocks();
            assertThat(consumer.acknowledge(first.subList(0, 2))).isEmpty();
            assertThat(consumer.receive(64, Duration.ZERO))
                    .extracting(ReceivedEvent::messageId)
                    .containsExactly("9", "10");
        }
    }

    private static List<String> ids(String from, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(Long.toString(Long.parseLong(from) + i));
        }
        return ids;
    }

    @Test
    void whatIsBehindABurstOfOneKeyIsFound() {
        send(50_000, "'burst'");
        send(2, "'a'");
        send(2, "NULL::text");
        send(2, "'z'");

        assertThat(ids(64)).containsExactly("1", "50001", "50003", "50004", "50005");
        assertThat(ids(2)).containsExactly("1", "50001");
        assertFewBlocks();
        client.run("UPDATE " + QUEUE.table() + " SET vt = now() + interval '1 hour' WHERE msg_id = 1");
        assertThat(ids(64)).containsExactly("50001", "50003", "50004", "50005");
    }

    @Test
    void manyKeysAreReadFromTheirFront() {
        send(20_000, "'k' || n % 5000");

        assertThat(ids(64)).containsExactlyElementsOf(ids("1", 64));
        assertThat(ids(10_000)).containsExactlyElementsOf(ids("1", 5_000));
        assertThat(client.blocks(due(64, true))).isLessThan(10_000);
    }

    @Test
    void manyKeysBehindABurstAreAllFound() {
        send(OrderedRead.FRONT, "'burst'");
        send(15_000, "'k' || n % 5000");

        assertThat(ids(64)).containsExactlyElementsOf(withBurst(63));
        assertThat(ids(10_000)).containsExactlyElementsOf(withBurst(5_000));
        // Five for each key: the index's levels and the message.
        assertThat(client.blocks(due(64, true))).isLessThan(5_000 * 5 + FEW_BLOCKS);
    }

    private static List<String> withBurst(int others) {
        List<String> ids = new ArrayList<>(List.of("1"));
        ids.addAll(ids(Integer.toString(OrderedRead.FRONT + 1), others));
        return ids;
    }

    @Test
    void aKeyThatNoWalkReachesFromTheFirstIsFoundInTime() throws Exception {
        send(OrderedRead.FRONT + 1, "'a'");
        send(OrderedRead.STEPS, "to_char(n, 'FMk000000')", "1 hour");
        send(1, "'z'");
        String last = Integer.toString(OrderedRead.FRONT + OrderedRead.STEPS + 2);

        Until.isTrue("the last key is found", () -> ids(64).equals(List.of("1", last)));
        assertThat(client.blocks(due(64, true))).isLessThan(2 * OrderedRead.STEPS * 5 + FEW_BLOCKS);
    }

    /** Due, hidden, held and late messages, with and without keys, in queues longer and shorter than the front. */
    @Test
    void theIndexChangesNothingButTheCost() {
        client.rows("SELECT setseed(0.4)");
        for (int round = 0; round < 12; round++) {
            client.run("TRUNCATE " + QUEUE.table());
            int keys = List.of(3, 40, 900).get(round % 3);
            send(
                    round < 6 ? 3_000 : 700,
                    "CASE WHEN random() < 0.05 THEN NULL ELSE 'k' || floor(pow(random(), 3) * " + keys + ") END");
            client.run("UPDATE " + QUEUE.table() + " SET vt = now() + interval '1 hour', read_ct = floor(random() * 2)"
                    + " WHERE random() < 0.01 * " + round);
            for (int most : List.of(1, 64, 10_000)) {
                assertThat(ids(most))
                        .as("round %d, at most %d", round, most)
                        .isNotEmpty()
                        .containsExactlyElementsOf(client.rows(due(most, false)));
            }
        }
    }

    @Test
    void anIndexThatIsOfNoUseIsNotUsed() throws Exception {
        client.run("UPDATE pg_index SET indisvalid = false"
                + " WHERE indexrelid = 'pgmq.q_orders_domain_events_group_idx'::regclass");
        send(2_000, "'k' || n % 2");

        try (DurableEventConsumer consumer = transport.openConsumer(ORDERED)) {
            assertThat(consumer.receive(64, Duration.ZERO))
                    .extracting(ReceivedEvent::messageId)
                    .containsExactly("1", "2");
        }
    }
}
