package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.QueueStatus;

/**
 * Test what {@link DurableEventPublisher}, {@link PublishOptions} and {@link DurableTransport} promise of publishing.
 *
 * <p>Not tested, since a store would have to fail for it: that every call ends within the publisher's time limit, what
 * an error says of whether the event may have been written, and that of several events all are written or none. Nor
 * that events in flight are bounded, and on which thread futures are completed.
 */
public abstract class DurableEventPublisherContract extends DurableContract {
    /** For subclasses. */
    protected DurableEventPublisherContract() {}

    /** {@link DurableTransport#publisher}: the same one at each call. */
    @Test
    public void thePublisherIsTheSameAtEachCall() throws Exception {
        DurableTransport transport = start();

        assertThat(transport.publisher()).isSameAs(transport.publisher());
    }

    /** {@link DurableTransport#transactional}: the same one at each call, or none. */
    @Test
    public void theTransactionalPublisherIsTheSameAtEachCall() throws Exception {
        DurableTransport transport = start();

        assertThat(transport.transactional()).isEqualTo(transport.transactional());
    }

    /** {@link DomainEventPublisher#path}: the path that the promise belongs to. */
    @Test
    public void thePublisherIsOfTheDurablePath() throws Exception {
        assertThat(start().publisher().path()).isEqualTo(DeliveryPath.DURABLE);
    }

    /** {@link DomainEventPublisher#publish}: returns when the event is committed, which another worker sees. */
    @Test
    public void whatIsPublishedIsThereForAnotherWorker() throws Exception {
        DurableTransport transport = start();
        DurableTransport other = start();
        DomainEvent event = publish(transport);

        assertThat(events(open(other).receive(10, NO_WAIT))).containsExactly(event);
    }

    /** {@link DomainEvent}: what is received is what was published. */
    @Test
    public void theWholeEventIsKept() throws Exception {
        DurableTransport transport = start();
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("text", "Zoë \"quoted\" \\ 🙂");
        payload.put("whole", 7);
        payload.put("amount", new BigDecimal("12.50"));
        payload.put("flag", true);
        payload.put("nothing", null);
        payload.put("list", List.of(1, "two", Map.of("deep", List.of())));
        DomainEvent event = DomainEvent.builder("order.created", "testkit")
                .payload(payload)
                .correlationId(UuidV7.next())
                .timestamp(Instant.parse("2026-01-02T03:04:05.678901Z"))
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .header("tenant", "nörd")
                .build();
        transport.publisher().publish(event);

        assertThat(next(open(transport)).event()).isEqualTo(event);
    }

    /** {@link DomainEventPublisher#publishAll}: in this order. */
    @Test
    public void publishAllKeepsTheOrder() throws Exception {
        DurableTransport transport = start();
        List<DomainEvent> events = List.of(event(), event(), event());
        transport.publisher().publishAll(events);

        assertThat(events(open(transport).receive(10, NO_WAIT))).isEqualTo(events);
    }

    /** {@link DomainEventPublisher#publishAll}: an empty list does nothing. */
    @Test
    public void publishAllOfNothingDoesNothing() throws Exception {
        DurableTransport transport = start();
        transport.publisher().publishAll(List.of());

        assertThat(open(transport).receive(10, NO_WAIT)).isEmpty();
    }

    /** {@link DomainEventPublisher#publishAsync}: completes when a publish would return. */
    @Test
    public void publishAsyncCompletesWhenTheEventIsThere() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = event();
        waiting()
                .call(
                        "the future is complete",
                        () -> transport
                                .publisher()
                                .publishAsync(event)
                                .thenApply(nothing -> true)
                                .get());

        assertThat(events(open(transport).receive(10, NO_WAIT))).containsExactly(event);
    }

    /** {@link PublishOptions#delay}: how long consumers do not see the event. */
    @Test
    public void aDelayedEventIsHidden() throws Exception {
        DurableTransport transport = start();
        transport.publisher().publish(event(), PublishOptions.defaults().after(HOUR));

        assertThat(open(transport).receive(10, NO_WAIT)).isEmpty();
    }

    /** {@link PublishOptions#delay}: the event is seen once the delay is over. */
    @Test
    public void aDelayedEventComesWhenItIsDue() throws Exception {
        DurableTransport transport = start();
        DomainEvent event = event();
        transport.publisher().publish(event, PublishOptions.defaults().after(SECOND));

        assertThat(next(open(transport)).event()).isEqualTo(event);
    }

    /** {@link PublishOptions#namespace}: whose queue to write to, and not the worker's own. */
    @Test
    public void anEventOfAnotherNamespaceIsNotInTheOwnQueue() throws Exception {
        DurableTransport transport = start();
        transport.publisher().publish(event(), PublishOptions.defaults().toNamespace("elsewhere"));

        assertThat(open(transport).receive(10, NO_WAIT)).isEmpty();
    }

    /** {@link PublishOptions#namespace}: the queue is made when it is missing. */
    @Test
    public void theQueueOfAnotherNamespaceIsMade() throws Exception {
        DurableTransport transport = start();
        List<String> before = names(transport);
        transport.publisher().publish(event(), PublishOptions.defaults().toNamespace("elsewhere"));

        assertThat(names(transport))
                .as("queues, of which there were %s", before)
                .hasSizeGreaterThan(before.size());
    }

    /** {@link DomainEventPublisher}: safe for use by many threads. */
    @Test
    public void manyThreadsPublish() throws Exception {
        DurableTransport transport = start();
        DomainEvent first = publish(transport);
        waiting().sideBySide("all are published", 4, () -> {
            for (int i = 0; i < 10; i++) {
                transport.publisher().publish(DomainEvent.of("test.happened", first.payload(), "testkit"));
            }
        });
        DurableEventConsumer consumer = open(transport);

        assertThat(consumer.receive(100, NO_WAIT)).hasSize(41);
    }

    private static List<String> names(DurableTransport transport) {
        return transport.queues().list().stream().map(QueueStatus::name).toList();
    }
}
