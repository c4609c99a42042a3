package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.HealthStatus;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.PublishException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.SettingKey;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InProcessTransportTests {
    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);

    @BeforeEach
    void start() {
        transport.start(TestContext.capacity(8));
    }

    @Test
    void theModuleProvidesTheTransport() {
        assertThat(InProcessTransport.class.getModule().getDescriptor().provides())
                .anySatisfy(provided -> {
                    assertThat(provided.service()).isEqualTo(FastTransport.class.getName());
                    assertThat(provided.providers()).containsExactly(InProcessTransport.class.getName());
                });
        assertThat(transport.name()).isEqualTo("inprocess");
    }

    @Test
    void aSubscriberReceivesWhatWasPublishedWithTheSameId() {
        EventPoller poller = transport.subscribe(EventPattern.all());
        UUID cause = UUID.randomUUID();
        DomainEvent event = DomainEvent.builder("order.created", "tests")
                .payload(Map.of("total", 12))
                .correlationId(cause)
                .header("traceparent", "00-x")
                .build();
        transport.publisher().publish(event);

        assertThat(poller.poll()).contains(InProcessDomainEvent.of(event));
        assertThat(poller.poll()).isEmpty();
        assertThat(transport.publisher().path()).isEqualTo(DeliveryPath.FAST);
    }

    @Test
    void listenersAndStreamsAreCalledWithTheIdsOfTheEventInTheLogAndNothingElse() {
        List<Map<String, String>> heard = new CopyOnWriteArrayList<>();
        List<Map<String, String>> streamed = new CopyOnWriteArrayList<>();
        transport.listen("test", EventPattern.all(), event -> {
            heard.add(MDC.getCopyOfContextMap());
            MDC.put("left_behind", "yes");
        });
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                streamed.add(MDC.getCopyOfContextMap());
                MDC.put("left_behind", "yes");
            }
        };
        transport.flow(EventPattern.all()).subscribe(probe);
        probe.subscription().request(2);
        UUID cause = UUID.randomUUID();
        DomainEvent first = DomainEvent.builder("order.created", "tests")
                .correlationId(cause)
                .build();
        DomainEvent second = event("order.paid");

        transport.publisher().publishAll(List.of(first, second));

        Await.until(() -> heard.size() == 2 && streamed.size() == 2);
        assertThat(heard)
                .containsExactly(
                        Map.of(
                                "worker_id", "tests",
                                "event_id", first.eventId().toString(),
                                "correlation_id", cause.toString()),
                        Map.of(
                                "worker_id",
                                "tests",
                                "event_id",
                                second.eventId().toString()));
        assertThat(streamed).isEqualTo(heard);
    }

    @Test
    void theTraceContextOfAnEventIsCurrentForListenersAndToldByPollers() {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        List<String> heard = new CopyOnWriteArrayList<>();
        EventPoller poller = transport.subscribe(EventPattern.all());
        transport.listen(
                "test",
                EventPattern.all(),
                event -> heard.add(
                        TraceContext.current().map(TraceContext::traceparent).orElse("none")));
        DomainEvent traced = DomainEvent.builder("order.created", "tests")
                .header("traceparent", parent)
                .build();
        DomainEvent malformed = DomainEvent.builder("order.paid", "tests")
                .header("traceparent", "00-x")
                .build();

        transport.publisher().publishAll(List.of(traced, malformed));

        Await.until(() -> heard.size() == 2);
        assertThat(heard).containsExactly(parent, "none");
        assertThat(poller.poll()).isPresent();
        assertThat(poller.trace()).isEqualTo(traced.trace()).isPresent();
        assertThat(poller.poll()).isPresent();
        assertThat(poller.trace()).isEmpty();
    }

    @Test
    void aSubscriberReceivesOnlyTheTypesOfItsPattern() {
        EventPoller orders = transport.subscribe(EventPattern.parse("order.*"));
        EventPoller failures = transport.subscribe(EventPattern.parse("#.failed"));
        transport
                .publisher()
                .publishAll(List.of(event("order.created"), event("payment.failed"), event("order.failed")));

        assertThat(types(orders)).containsExactly("order.created", "order.failed");
        assertThat(types(failures)).containsExactly("payment.failed", "order.failed");
    }

    @Test
    void whatASubscriberMissesIsCountedWhateverItsType() {
        EventPoller orders = transport.subscribe(EventPattern.parse("order.*"));
        for (int i = 0; i < 20; i++) {
            transport.publisher().publish(event(i % 2 == 0 ? "order.created" : "payment.taken"));
        }
        assertThat(orders.missed()).isEqualTo(12);
        assertThat(types(orders)).hasSize(4);
        assertThat(transport.dropped()).isEqualTo(12);
        orders.close();
        assertThat(transport.dropped()).as("of past subscribers too").isEqualTo(12);
        assertThat(transport.published()).isEqualTo(20);
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void aWaitIsEndedByAnEventOfThePatternAndNotByOthers() throws Exception {
        EventPoller orders = transport.subscribe(EventPattern.parse("order.*"));
        FutureTask<Optional<InProcessDomainEvent>> waiting = new FutureTask<>(() -> orders.poll(Duration.ofHours(10)));
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        Await.untilParked(thread);
        transport.publisher().publish(event("payment.taken"));
        Await.untilParked(thread);
        assertThat(waiting.isDone()).isFalse();
        transport.publisher().publish(event("order.created"));
        assertThat(waiting.get().orElseThrow().eventType()).isEqualTo("order.created");
        assertThat(orders.poll(Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aWaitIsEndedByTheCloseOfThePoller() throws Exception {
        EventPoller poller = transport.subscribe(EventPattern.all());
        FutureTask<Optional<InProcessDomainEvent>> waiting = new FutureTask<>(() -> poller.poll(Duration.ofHours(10)));
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        Await.untilParked(thread);
        poller.close();
        poller.close();
        assertThat(waiting.get()).isEmpty();
        assertThat(poller.isClosed()).isTrue();
    }

    @Test
    void publishingIntoAClosedTransportFailsWithACode() {
        EventPoller poller = transport.subscribe(EventPattern.all());
        DomainEventPublisher publisher = transport.publisher();
        publisher.publish(event("order.created"));
        transport.close();

        assertThatThrownBy(() -> publisher.publish(event("order.late")))
                .isInstanceOf(PublishException.class)
                .hasMessageStartingWith("TASKER-F101")
                .hasMessageContaining("order.late")
                .extracting(failure -> ((PublishException) failure).mayHaveBeenWritten())
                .isEqualTo(false);
        assertThatThrownBy(() -> publisher.publishAll(List.of(event("order.late"))))
                .isInstanceOf(PublishException.class);
        assertThatThrownBy(() -> publisher.publishAsync(event("order.late")).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(PublishException.class);
        publisher.publishAll(List.of());

        assertThat(poller.isClosed()).as("the rest is still to be polled").isFalse();
        assertThat(types(poller)).containsExactly("order.created");
        assertThat(poller.isClosed()).isTrue();
        assertThat(transport.subscribe(EventPattern.all()).isClosed()).isTrue();
        assertThat(transport.published()).isEqualTo(1);
    }

    @Test
    void listenersAreCalledWithTheirEventsUntilTheyAreClosed() {
        List<String> orders = new CopyOnWriteArrayList<>();
        List<String> all = new CopyOnWriteArrayList<>();
        FastTransport.Registration failing = transport.listen(EventPattern.all(), event -> {
            throw new IllegalStateException("reaches no other");
        });
        FastTransport.Registration some =
                transport.listen(EventPattern.parse("order.*"), event -> orders.add(event.eventType()));
        FastTransport.Registration every = transport.listen(EventPattern.all(), event -> all.add(event.eventType()));
        assertThat(transport.subscribers()).as("one poller for all").isEqualTo(1);

        transport.publisher().publishAll(List.of(event("order.created"), event("payment.taken")));
        Await.until(() -> all.size() == 2);
        assertThat(orders).containsExactly("order.created");

        some.close();
        some.close();
        transport.publisher().publish(event("order.paid"));
        Await.until(() -> all.size() == 3);
        assertThat(orders).containsExactly("order.created");

        transport.close();
        assertThat(transport.subscribers()).isZero();
        failing.close();
        every.close();
    }

    @Test
    void listenersReceiveWhatWasPublishedBeforeTheCloseAndMayCloseThemselves() {
        List<String> seen = new CopyOnWriteArrayList<>();
        FastTransport.Registration first = transport.listen(EventPattern.all(), event -> transport.close());
        FastTransport.Registration second = transport.listen(EventPattern.all(), event -> seen.add(event.eventType()));
        transport.publisher().publish(event("order.created"));

        Await.until(() -> seen.contains("order.created") && transport.subscribers() == 0);
        FastTransport.Registration late = transport.listen(EventPattern.all(), event -> seen.add("late"));
        assertThat(transport.subscribers())
                .as("a closed transport starts no poller")
                .isZero();
        first.close();
        second.close();
        late.close();
    }

    @Test
    void aTransportThatIsNotStartedIsClosed() {
        InProcessTransport idle = new InProcessTransport(Await.LIMIT);
        assertThatThrownBy(() -> idle.publisher().publish(event("order.created")))
                .isInstanceOf(PublishException.class);
        assertThat(idle.check().status()).isEqualTo(HealthStatus.UNHEALTHY);
        idle.close();
    }

    @Test
    void publishingAsynchronouslyIsDoneAtOnce() {
        EventPoller poller = transport.subscribe(EventPattern.all());
        assertThat(transport.publisher().publishAsync(event("order.created"))).isCompleted();
        assertThat(types(poller)).containsExactly("order.created");
    }

    @Test
    void healthAndMetricsTellHowThingsStand() {
        EventPoller quick = transport.subscribe(EventPattern.all());
        EventPoller slow = transport.subscribe(EventPattern.all());
        for (int i = 0; i < 11; i++) {
            transport.publisher().publish(event("order.created"));
            assertThat(quick.poll()).isPresent();
        }
        assertThat(slow.isClosed()).isFalse();

        assertThat(transport.check().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(transport.check().details())
                .containsEntry("capacity", 8)
                .containsEntry("published", 11L)
                .containsEntry("dropped", 3L)
                .containsEntry("subscribers", 2)
                .containsEntry("backlog", 8);
        assertThat(Collected.from(transport))
                .containsEntry("tasker_inprocess_capacity", 8.0)
                .containsEntry("tasker_inprocess_published_total", 11.0)
                .containsEntry("tasker_inprocess_dropped_total", 3.0)
                .containsEntry("tasker_inprocess_subscribers", 2.0)
                .containsEntry("tasker_inprocess_backlog{subscribers=pollers}", 8.0);

        transport.close();
        assertThat(transport.check().status()).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void theCapacityIs2048UnlessItIsSet() {
        SettingKey<?> capacity = transport.settings().getFirst();
        assertThat(capacity.name()).isEqualTo("capacity");
        assertThat(capacity.parse(capacity.defaultText())).isEqualTo(2048);
        assertThat(capacity.parse("1048576")).isEqualTo(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1", "1000", "-2", "2097152", "many"})
    void aCapacityThatIsNoPowerOfTwoInRangeIsRefused(String text) {
        SettingKey<?> capacity = transport.settings().getFirst();
        assertThatThrownBy(() -> capacity.parse(text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'capacity' is '" + text + "'")
                .hasMessageContaining("2 to 1048576");
    }

    private static DomainEvent event(String type) {
        return DomainEvent.of(type, Map.of(), "tests");
    }

    private static List<String> types(EventPoller poller) {
        List<String> types = new ArrayList<>();
        for (var next = poller.poll(); next.isPresent(); next = poller.poll()) {
            types.add(next.get().eventType());
        }
        return types;
    }
}
