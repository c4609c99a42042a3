package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.EventPoller;

/** Check the poller with a polling interval of hours: what arrives, arrives because the publisher woke it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InProcessDomainEventPollerTests {
    private static final Duration HOURS = Duration.ofHours(10);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final InProcessTransport transport = startedTransport();
    private final InProcessDomainEventPoller poller =
            new InProcessDomainEventPoller(transport.subscribe(EventPattern.all()), HOURS);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(poller.stop(LIMIT)).isTrue();
        transport.close();
    }

    @Test
    void listenersReceiveTheEventsOfTheirPatterns() {
        List<String> orders = new CopyOnWriteArrayList<>();
        poller.subscribe("test", EventPattern.parse("order.*"), event -> orders.add(event.eventType()));
        poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        poller.start();
        publish("order.created", "payment.taken", "order.paid");

        Await.until(() -> poller.delivered() == 3);
        assertThat(orders).containsExactly("order.created", "order.paid");
        assertThat(seen).containsExactly("order.created", "payment.taken", "order.paid");
        assertThat(poller.missed()).isZero();
    }

    @Test
    void eventsArriveOnADaemonThreadOfTheKnownName() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        poller.subscribe("test", EventPattern.all(), event -> thread.complete(Thread.currentThread()));
        poller.start();
        publish("order.created");
        assertThat(thread.get(30, TimeUnit.SECONDS).getName()).isEqualTo("tasker-domain-event-poller");
        assertThat(thread.get().isDaemon()).isTrue();
    }

    @Test
    void whatOneListenerThrowsReachesNoOther() {
        poller.subscribe("test", EventPattern.all(), event -> {
            throw new IllegalStateException("listener fails");
        });
        poller.subscribe("test", EventPattern.all(), event -> {
            throw new AssertionError("listener fails badly");
        });
        poller.subscribe(
                "test", EventPattern.all(), event -> Thread.currentThread().interrupt());
        poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        poller.start();
        publish("order.created", "order.paid");

        Await.until(() -> poller.delivered() == 2);
        assertThat(seen).containsExactly("order.created", "order.paid");
        assertThat(poller.listenerErrors()).isEqualTo(4);
        assertThat(poller.isRunning()).isTrue();
    }

    @Test
    void aListenerThatIsRemovedIsCalledNoMore() {
        var registration = poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        poller.start();
        publish("order.created");
        Await.until(() -> poller.delivered() == 1);
        registration.close();
        registration.close();
        publish("order.paid");
        Await.until(() -> poller.delivered() == 2);
        assertThat(seen).containsExactly("order.created");
    }

    @Test
    void aListenerMayBeAddedWhileEventsFlow() {
        poller.start();
        publish("order.created");
        Await.until(() -> poller.delivered() == 1);
        poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        publish("order.paid");
        Await.until(() -> poller.delivered() == 2);
        assertThat(seen).containsExactly("order.paid");
    }

    @Test
    void aListenerMayPublish() {
        poller.subscribe("test", EventPattern.parse("order.created"), event -> publish("order.confirmed"));
        poller.subscribe("test", EventPattern.parse("order.confirmed"), event -> seen.add(event.eventType()));
        poller.start();
        publish("order.created");
        Await.until(() -> !seen.isEmpty());
        assertThat(seen).containsExactly("order.confirmed");
    }

    @Test
    void aPollerStartsOnce() throws InterruptedException {
        assertThat(poller.isRunning()).isFalse();
        poller.start();
        assertThat(poller.isRunning()).isTrue();
        assertThatThrownBy(() -> poller.start()).isInstanceOf(IllegalStateException.class);
        assertThat(poller.stop(LIMIT)).isTrue();
        assertThat(poller.isRunning()).isFalse();
        assertThatThrownBy(() -> poller.start()).isInstanceOf(IllegalStateException.class);
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void aPollerThatWasNeverStartedStops() throws InterruptedException {
        assertThat(poller.stop(Duration.ZERO)).isTrue();
        assertThat(transport.subscribers()).isZero();
    }

    @Test
    void stoppingTellsWhetherTheThreadHasEnded() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        poller.subscribe("test", EventPattern.all(), event -> {
            entered.countDown();
            awaitQuietly(release);
        });
        poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        poller.start();
        publish("order.created", "order.paid");
        entered.await();

        assertThat(poller.stop(Duration.ofMillis(1))).isFalse();
        assertThat(poller.isRunning()).isTrue();
        release.countDown();
        assertThat(poller.stop(LIMIT)).isTrue();
        assertThat(seen).as("the event in flight is finished, the next is left").containsExactly("order.created");
    }

    @Test
    void aListenerMayStopItsPoller() throws Exception {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        poller.subscribe("test", EventPattern.all(), event -> {
            try {
                stopped.complete(poller.stop(HOURS));
            } catch (InterruptedException e) {
                stopped.completeExceptionally(e);
            }
        });
        poller.start();
        publish("order.created");
        assertThat(stopped.get(30, TimeUnit.SECONDS)).isFalse();
        Await.until(() -> !poller.isRunning());
    }

    @Test
    void theRestIsDeliveredWhenTheTransportCloses() {
        poller.subscribe("test", EventPattern.all(), event -> seen.add(event.eventType()));
        publish("order.created", "order.paid");
        transport.close();
        poller.start();
        Await.until(() -> !poller.isRunning());
        assertThat(seen).containsExactly("order.created", "order.paid");
    }

    @Test
    void aSourceThatThrowsEndsThePoller() throws InterruptedException {
        InProcessDomainEventPoller broken = new InProcessDomainEventPoller(new BrokenSource(), HOURS);
        broken.start();
        Await.until(() -> !broken.isRunning());
        assertThat(broken.failure()).contains(IllegalStateException.class.getName());
        assertThat(broken.stop(LIMIT)).isTrue();
    }

    @Test
    void aPollingIntervalOfNothingIsRefused() {
        assertThatThrownBy(() -> new InProcessDomainEventPoller(transport.subscribe(EventPattern.all()), Duration.ZERO))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("polling_interval_ms");
    }

    private static InProcessTransport startedTransport() {
        InProcessTransport transport = new InProcessTransport(Await.LIMIT);
        transport.start(TestContext.capacity(64));
        return transport;
    }

    private void publish(String... types) {
        for (String type : types) {
            transport.publisher().publish(DomainEvent.of(type, Map.of(), "tests"));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A source that breaks its contract. */
    private static final class BrokenSource implements EventPoller {
        @Override
        public Optional<InProcessDomainEvent> poll() {
            throw new IllegalStateException("broken");
        }

        @Override
        public Optional<InProcessDomainEvent> poll(Duration bound) {
            throw new IllegalStateException("broken");
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public long missed() {
            return 0;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {}
    }
}
