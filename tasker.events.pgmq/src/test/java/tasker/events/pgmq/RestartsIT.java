package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** A server that is stopped and started again. */
class RestartsIT extends TransportFixture {
    @Test
    void aServerThatRestartsUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        Set<UUID> committed = ConcurrentHashMap.newKeySet();
        Set<UUID> perhaps = ConcurrentHashMap.newKeySet();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                callers.execute(() -> {
                    while (!over.get()) {
                        DomainEvent event = event();
                        try {
                            transport.publisher().publish(event);
                            committed.add(event.eventId());
                        } catch (PublishException e) {
                            if (e.mayHaveBeenWritten()) {
                                perhaps.add(event.eventId());
                            } else {
                                refused.incrementAndGet();
                            }
                        }
                    }
                });
            }
            try {
                Until.isTrue("events flow", () -> committed.size() > 100);

                TestServer.stop();
                awaitHealth(HealthStatus.UNHEALTHY);
                Until.isTrue(
                        "health says why",
                        () -> transport
                                .check()
                                .message()
                                .orElse("")
                                .startsWith("TASKER-D103 cannot reach PostgreSQL at localhost:"));
                Until.isTrue("callers are refused while the server is away", () -> refused.get() > 0);
                assertThatExceptionOfType(TaskerException.class)
                        .isThrownBy(() -> transport.queues().list())
                        .returns("TASKER-Q110", TaskerException::code);

                TestServer.startAgain();
                awaitHealth(HealthStatus.HEALTHY);
                int before = committed.size();
                Until.isTrue("events flow again", () -> committed.size() > before + 100);
            } finally {
                over.set(true);
            }
        }

        Set<UUID> written = new HashSet<>();
        for (String id : TestServer.query(database, "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events")) {
            assertThat(written.add(UUID.fromString(id)))
                    .as("written once: " + id)
                    .isTrue();
        }
        assertThat(written).containsAll(committed);
        written.removeAll(committed);
        assertThat(perhaps).as("what else is there was announced").containsAll(written);
    }

    @Test
    void aRefusalWhileTheServerIsAwaySaysWhyAndThatNothingWasWritten() throws Exception {
        transport.publisher().publish(event());
        TestServer.stop();
        try {
            awaitHealth(HealthStatus.UNHEALTHY);
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> transport.publisher().publish(event()))
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q101");
                        assertThat(e.mayHaveBeenWritten()).isFalse();
                        assertThat(e)
                                .hasMessageContaining("pgmq.publish-timeout-ms")
                                .hasMessageContaining("Connection refused");
                    });
        } finally {
            TestServer.startAgain();
        }
        awaitHealth(HealthStatus.HEALTHY);
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void aPublishThatStartsWhileTheServerIsAwaySucceedsWhenItIsBackInTime() throws Exception {
        restart("publish-timeout-ms", "60000");
        TestServer.stop();
        FutureTask<Void> publishing = new FutureTask<>(() -> {
            transport.publisher().publish(event());
            return null;
        });
        try {
            awaitHealth(HealthStatus.UNHEALTHY);
            Thread caller = Thread.startVirtualThread(publishing);
            Until.isTrue(
                    "the caller is within its publish",
                    () -> Arrays.stream(caller.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(PgmqPublisher.class.getName())));
            assertThat(publishing.isDone()).isFalse();
        } finally {
            TestServer.startAgain();
        }

        publishing.get(60, TimeUnit.SECONDS);
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void aConsumerSurvivesARestart() throws Exception {
        transport.publisher().publish(event());
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            TestServer.stop();
            try {
                awaitHealth(HealthStatus.UNHEALTHY);
                assertThatExceptionOfType(TaskerException.class)
                        .isThrownBy(() -> consumer.receive(1, Duration.ZERO))
                        .returns("TASKER-Q110", TaskerException::code);
            } finally {
                TestServer.startAgain();
            }
            awaitHealth(HealthStatus.HEALTHY);
            List<ReceivedEvent> received = consumer.receive(1, Duration.ofSeconds(60));
            assertThat(received).hasSize(1);
            assertThat(consumer.acknowledge(received)).isEmpty();
        }
    }
}
