package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.ReceivedEvent;

/** What goes to the dead letters, by whom, and with what. */
class BurialIT extends EventsFixture {

    @Test
    void aDeadLetterCarriesItsReasonAndCanBeReadThere() throws Exception {
        DomainEvent sent = DomainEvent.builder("order.created", "orders")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
        transport.publisher().publish(sent);
        try (DurableEventConsumer consumer = consumer(30, 5);
                DurableEventConsumer dead = deadLetters()) {
            ReceivedEvent received = consumer.receive(1, NO_WAIT).getFirst();

            assertThat(consumer.deadLetter(
                            received,
                            "card refused \u0000 \ud800",
                            Optional.of(new IllegalStateException("no \u0000 funds"))))
                    .isTrue();
            assertThat(consumer.deadLetter(received, "twice", Optional.empty())).isFalse();

            DeadLetter letter = transport
                    .queues()
                    .deadLetters("orders_domain_events", EventSelection.all(), 10)
                    .getFirst();
            assertThat(letter.reason()).contains("card refused   ?");
            assertThat(letter.cause()).contains("consumer");
            assertThat(letter.stack().orElseThrow())
                    .startsWith("java.lang.IllegalStateException: no  funds\n\tat tasker.events.pgmq");
            assertThat(letter.originalQueue()).contains("orders_domain_events");
            assertThat(letter.originalMessageId()).contains(received.messageId());
            assertThat(letter.readCount()).contains(1);
            assertThat(letter.event()).contains(sent);
            assertThat(letter.headers()).containsAllEntriesOf(sent.headers()).containsKey("x-tasker-dead-letter-at");

            assertThat(dead.receive(1, NO_WAIT).getFirst().event())
                    .as("the event is what it was")
                    .isEqualTo(sent);
        }
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=consumer}"))
                .isEqualTo(1);
    }

    @Test
    void messagesThatAreNoEventsGoToTheDeadLetters() throws Exception {
        TestServer.sql(database, """
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                SELECT pgmq.send('orders_domain_events', '[1, 2]'::jsonb, '[3]'::jsonb);
                SELECT pgmq.send('orders_domain_events', NULL::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(
                        TestServer.query(
                                database,
                                "SELECT headers->>'x-tasker-dead-letter-reason' FROM pgmq.q_orders_domain_events_dlq ORDER BY msg_id"))
                .hasSize(3)
                .allSatisfy(reason -> assertThat(reason).startsWith("is no domain event: TASKER-V101"));
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=malformed}"))
                .isEqualTo(3);
    }

    @Test
    void aDroppedQueueOfDeadLettersIsMadeAgainAndCostsNoEvent() throws Exception {
        TestServer.sql(database, """
                SELECT pgmq.drop_queue('orders_domain_events_dlq');
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(TestServer.query(database, "SELECT message->>'hello' FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("1");
    }

    @Test
    void deadLettersThatCannotBeMovedStayAndCostNoEvent() throws Exception {
        TestServer.sql(database, """
                ALTER TABLE pgmq.q_orders_domain_events_dlq ADD CHECK (message IS NULL);
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(TestServer.query(
                        database, "SELECT message->>'hello' FROM pgmq.q_orders_domain_events WHERE message ? 'hello'"))
                .containsExactly("1");
    }

    @Test
    void deadLettersThatAreNoEventsGoToTheArchive() throws Exception {
        TestServer.sql(database, "SELECT pgmq.send('orders_domain_events_dlq', '{\"hello\": 1}'::jsonb)");

        try (DurableEventConsumer dead = deadLetters()) {
            assertThat(dead.receive(10, NO_WAIT)).isEmpty();
        }
        assertThat(TestServer.query(database, "SELECT message->>'hello' FROM pgmq.a_orders_domain_events_dlq"))
                .containsExactly("1");
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
    }

    @Test
    void anEventReadTooOftenGoesToTheDeadLetters() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(30, 2)) {
            for (int read = 1; read <= 2; read++) {
                assertThat(consumer.receive(1, NO_WAIT)).singleElement().returns(read, ReceivedEvent::readCount);
                makeVisible();
            }
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
        }
        assertThat(TestServer.query(
                        database,
                        "SELECT headers->>'x-tasker-dead-letter-reason' FROM pgmq.q_orders_domain_events_dlq"))
                .singleElement()
                .asString()
                .startsWith("was read 2 times without being settled");
        assertThat(transport.queues().deadLetters("orders_domain_events", EventSelection.all(), 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.readCount())
                        .as("the read that only found that it was too often does not count")
                        .contains(2));
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=max_reads}"))
                .isEqualTo(1);
    }
}
