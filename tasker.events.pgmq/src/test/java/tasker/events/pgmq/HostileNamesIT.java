package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.ReceivedEvent;

/** Whatever a name from outside holds, it is refused with a code or it is data: never a piece of a statement. */
class HostileNamesIT {
    private static final long SEED = 20_260_101;
    private static final int ROUNDS = 300;
    private static final String RELATIONS = "SELECT n.nspname || '.' || c.relname FROM pg_class AS c"
            + " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
            + " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
    private static final List<String> PIECES = List.of(
            "'",
            "''",
            "\"",
            "\"\"",
            "$$",
            "$a$",
            ";",
            "--",
            "/*",
            "*/",
            "\\",
            "\\'",
            "?",
            "??",
            "%",
            "%s",
            "%I",
            "{fn",
            "}",
            ":a",
            "(",
            ")",
            " ",
            "\t",
            "\n",
            "\r",
            "\u0000",
            "é",
            "İ",
            "ß",
            "漢",
            "\u202e",
            "😀",
            "\ud800",
            "_",
            "A",
            "a",
            "1",
            ".",
            "orders",
            "DROP TABLE public.victim",
            "'); DROP TABLE public.victim; --",
            "\"; DROP TABLE public.victim; --",
            "x".repeat(29),
            "x".repeat(47),
            "x".repeat(63),
            "ü".repeat(40));

    private final Random random = new Random(SEED);
    private DatabaseSettings database;
    private PgmqTransport transport;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        transport = TestWorker.start(database, "orders");
        TestServer.sql(database, "CREATE TABLE public.victim (id int)");
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            name.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return name.toString();
    }

    private Set<String> relations() {
        return new TreeSet<>(TestServer.query(database, RELATIONS));
    }

    /** Do something; {@code false} when it was refused with a code. */
    private static boolean isDone(Runnable action) {
        try {
            action.run();
            return true;
        } catch (TaskerException e) {
            assertThat(e.code()).startsWith("TASKER-");
            return false;
        }
    }

    @Test
    void namesOfOthersQueuesAreRefusedOrAreQueues() {
        Set<String> expected = relations();
        int taken = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String namespace = name();
            boolean published = isDone(() -> transport
                    .publisher()
                    .publish(
                            DomainEvent.of("order.created", Map.of(), "orders"),
                            PublishOptions.defaults().toNamespace(namespace)));
            if (published) {
                QueueName queue = QueueName.events(namespace);
                expected.add("pgmq.q_" + queue);
                expected.add("pgmq.a_" + queue);
                taken++;
            }
        }
        assertThat(relations()).isEqualTo(expected).contains("public.victim");
        assertThat(taken).as("some names are good").isBetween(1, ROUNDS - 1);
    }

    @Test
    void whatAnEventHoldsComesBackAsItWas() throws Exception {
        Set<String> expected = relations();
        List<DomainEvent> sent = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            isDone(() -> {
                DomainEvent event = DomainEvent.builder(random.nextInt(4) == 0 ? name() : "order.created", name())
                        .payload(Map.of(name(), name()))
                        .header(name(), name())
                        .build();
                transport.publisher().publish(event);
                sent.add(event);
            });
        }
        List<DomainEvent> received = new ArrayList<>();
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            while (received.size() < sent.size()) {
                List<ReceivedEvent> events = consumer.receive(100, Duration.ofSeconds(30));
                assertThat(events).isNotEmpty();
                events.forEach(event -> received.add(event.event()));
                for (ReceivedEvent event : events) {
                    assertThat(consumer.deadLetter(event, name().replace("\u0000", ""), Optional.empty()))
                            .isTrue();
                }
            }
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(sent).hasSizeGreaterThan(ROUNDS / 10);
        assertThat(relations()).isEqualTo(expected);
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly(String.valueOf(sent.size()));
    }

    @Test
    void queuesThatAPersonNamesAreLookedUpAndNothingElse() {
        Set<String> expected = relations();
        for (int i = 0; i < ROUNDS; i++) {
            String queue = name();
            assertThat(transport.queues().status(queue)).isEmpty();
            assertThat(isDone(() -> transport
                            .openConsumer(ConsumerOptions.defaults().withQueue(queue))
                            .close()))
                    .isFalse();
        }
        assertThat(relations()).isEqualTo(expected);
    }

    /** Every character that a queue's name may have, in a queue that really exists. */
    @Test
    void aQueueWithTheOddestNameThatIsAllowedWorks() throws Exception {
        String queue = "?a %s{fn 1} (b):c <d> @e !#&[x],~^*|+=/.-";
        TestServer.query(database, "SELECT pgmq.create('" + queue + "')");
        TestServer.query(
                database,
                "SELECT pgmq.send('" + queue + "', '{\"event_id\":\"01900000-0000-7000-8000-000000000001\","
                        + "\"event_type\":\"a.b\",\"payload\":{},\"timestamp\":\"2026-01-01T00:00:00Z\","
                        + "\"source\":\"x\"}')");

        assertThat(transport.queues().status(queue).orElseThrow().length()).isEqualTo(1);
        try (DurableEventConsumer consumer =
                transport.openConsumer(ConsumerOptions.defaults().withQueue(queue))) {
            assertThat(consumer.deadLetter(
                            consumer.receive(1, Duration.ofSeconds(30)).getFirst(), "'; --", Optional.empty()))
                    .isTrue();
        }
        assertThat(transport.queues().status(queue + "_dlq").orElseThrow().length())
                .isEqualTo(1);
    }
}
