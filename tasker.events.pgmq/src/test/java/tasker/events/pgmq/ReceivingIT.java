package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.InvalidValueException;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** How events are held, given back, settled and waited for. */
class ReceivingIT extends EventsFixture {

    @Test
    void aReleasedEventComesBackAfterItsDelay() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(600, 5)) {
            ReceivedEvent first = consumer.receive(1, NO_WAIT).getFirst();

            assertThat(consumer.release(first, Duration.ofHours(1))).isTrue();
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
            assertThat(consumer.release(first, Duration.ofMillis(50))).isTrue();

            ReceivedEvent second = consumer.receive(1, LONG_WAIT).getFirst();
            assertThat(second.event()).isEqualTo(first.event());
            assertThat(second.readCount()).isEqualTo(2);
        }
    }

    @Test
    void aConsumerWhoseVisibilityRanOutCanSettleNothing() throws Exception {
        transport.publisher().publishAll(List.of(event(1), event(2), event(3)));
        try (DurableEventConsumer slow = consumer(30, 5);
                DurableEventConsumer fast = consumer(30, 5)) {
            List<ReceivedEvent> held = slow.receive(10, NO_WAIT);
            makeVisible();
            List<ReceivedEvent> taken = fast.receive(2, NO_WAIT);

            assertThat(slow.acknowledge(held))
                    .as("those that somebody took")
                    .extracting(ReceivedEvent::messageId)
                    .containsExactlyElementsOf(
                            taken.stream().map(ReceivedEvent::messageId).toList());
            assertThat(slow.extend(held, Duration.ofMinutes(1)))
                    .as("what was lost, and what is done")
                    .isEqualTo(held);
            assertThat(slow.release(held.getFirst(), Duration.ZERO)).isFalse();
            assertThat(slow.deadLetter(held.getFirst(), "too late", Optional.empty()))
                    .isFalse();
            assertThat(fast.acknowledge(taken)).isEmpty();
        }
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
        assertThat(worker.counted("tasker_pgmq_settle_lost_total")).isEqualTo(7);
    }

    @Test
    void aWaitingConsumerIsWokenByAPublishOfItsProcess() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("poll-interval-ms", "60000"));
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            transport.publisher().publish(event(1));

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void aWaitingConsumerFindsWhatOthersWrote() throws Exception {
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            PgmqTransport other = TestWorker.start(database, "orders");
            other.publisher().publish(event(1));
            other.close();

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void aWaitingConsumerFindsByItselfWhatNobodyAnnounced() throws Exception {
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            // Its first notification is the one that it tells itself when it begins to listen.
            Until.isTrue(
                    "the listener listens",
                    () -> "listening".equals(transport.check().details().get("listener")));

            TestServer.sql(
                    database,
                    "SELECT pgmq.send('orders_domain_events', '"
                            + EventMessage.of(event(1), "orders").message() + "'::jsonb)");

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
        }
        assertThat(worker.counted("tasker_pgmq_notifications_total")).isZero();
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            thread.interrupt();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> receiving.get(60, TimeUnit.SECONDS))
                    .withCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aClosedConsumerAndAClosedTransportSaySo() throws Exception {
        DurableEventConsumer consumer = consumer(30, 5);
        consumer.close();
        consumer.close();
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> consumer.receive(1, NO_WAIT))
                .returns("TASKER-Q108", TaskerException::code);

        transport.close();
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publish(event(1)))
                .returns("TASKER-Q106", TaskerException::code);
    }

    @Test
    void eventsOfAnotherQueueAreNotSettledHere() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(30, 5);
                DurableEventConsumer dead = deadLetters()) {
            List<ReceivedEvent> events = consumer.receive(1, NO_WAIT);
            assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> dead.acknowledge(events));
        }
    }
}
