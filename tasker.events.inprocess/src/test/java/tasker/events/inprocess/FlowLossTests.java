package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/**
 * Check of a stream that loss is counted and not buffered, and that neither who throws nor who hangs reaches others.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowLossTests {
    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final LogLines log = LogLines.of(InProcessTransport.class);
    private final Flow.Publisher<InProcessDomainEvent> orders = transport.flow(EventPattern.parse("order.*"));

    @BeforeEach
    void start() {
        transport.start(TestContext.capacity(8));
    }

    @AfterEach
    void close() {
        transport.close();
        log.close();
    }

    @Test
    void whatASubscriberDoesNotAskForInTimeIsCountedAndNotBuffered() {
        Probe probe = subscribe();
        for (int i = 0; i < 30; i++) {
            publish("order." + i);
        }
        assertThat(probe.subscription().missed()).isEqualTo(22);
        probe.subscription().request(Long.MAX_VALUE);
        probe.awaitTypes(
                "order.22", "order.23", "order.24", "order.25", "order.26", "order.27", "order.28", "order.29");
        assertThat(probe.subscription().missed()).isEqualTo(22);
        assertThat(transport.dropped()).isEqualTo(22);
    }

    @Test
    void onlyTheTypesOfThePatternCostDemand() {
        Probe probe = subscribe();
        probe.subscription().request(2);
        publish("payment.1", "order.1", "payment.2", "order.2", "order.3");
        probe.awaitTypes("order.1", "order.2");
        awaitIdle(probe);
        assertThat(probe.types).containsExactly("order.1", "order.2");
    }

    @Test
    void aSubscriberThatThrowsIsCancelledNamedAndReachesNoOther() {
        Probe throwing = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                throw new IllegalStateException("subscriber fails");
            }
        };
        Probe other = subscribe();
        orders.subscribe(throwing);
        throwing.subscription().request(5);
        other.subscription().request(5);
        publish("order.1", "order.2");

        other.awaitTypes("order.1", "order.2");
        Await.until(() -> transport.subscribers() == 1);
        assertThat(throwing.types).containsExactly("order.1");
        assertThat(log.with("TASKER-F105")).singleElement().asString().contains("errors=1");
        assertThat(Collected.from(transport)).containsEntry("tasker_inprocess_flow_subscriber_errors_total", 1.0);
    }

    @Test
    void aSubscriberThatThrowsFromOnSubscribeIsCancelled() {
        orders.subscribe(new Probe() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                throw new IllegalStateException("subscriber fails");
            }
        });
        Await.until(() -> transport.subscribers() == 0);
        assertThat(log.with("TASKER-F105")).hasSize(1);
    }

    @Test
    void aSubscriberMayPublishMoreThanTheChannelHoldsAndCloseTheTransport() {
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                if (event.eventType().equals("order.first")) {
                    for (int i = 0; i < 20; i++) {
                        publish("order." + i);
                    }
                    transport.close();
                }
            }
        };
        orders.subscribe(probe);
        probe.subscription().request(Long.MAX_VALUE);
        publish("order.first");
        Await.until(() -> probe.completions.get() == 1);
        assertThat(probe.types).hasSize(9).startsWith("order.first", "order.12");
        assertThat(probe.subscription().missed()).isEqualTo(12);
    }

    @Test
    void theCloseLetsASubscriberFinishWhatItAskedFor() {
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                super.onNext(event);
                Thread.currentThread().interrupt();
            }
        };
        orders.subscribe(probe);
        publish("order.1", "order.2", "order.3");
        probe.subscription().request(Long.MAX_VALUE);
        transport.close();
        assertThat(probe.types).hasSize(3);
        assertThat(probe.completions).as("as the close returned").hasValue(1);
    }

    @Test
    void theCloseDoesNotWaitForeverForASubscriberThatHangs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> hanging = new CompletableFuture<>();
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                hanging.complete(Thread.currentThread());
                joinQuietly(release);
                super.onNext(event);
            }
        };
        InProcessTransport impatient = new InProcessTransport(Duration.ofMillis(100));
        impatient.start(TestContext.capacity(8));
        impatient.flow(EventPattern.all()).subscribe(probe);
        probe.subscription().request(1);
        impatient.publisher().publish(DomainEvent.of("order.1", Map.of(), "tests"));
        assertThat(hanging.get(30, TimeUnit.SECONDS).isVirtual()).isTrue();
        impatient.close();
        assertThat(probe.types).isEmpty();
        release.countDown();
        Await.until(() -> probe.completions.get() == 1);
    }

    private Probe subscribe() {
        Probe probe = new Probe();
        orders.subscribe(probe);
        return probe;
    }

    private void publish(String... types) {
        for (String type : types) {
            transport.publisher().publish(DomainEvent.of(type, Map.of(), "tests"));
        }
    }

    /** Wait until a subscription's thread has seen all there is to do. */
    private static void awaitIdle(Probe probe) {
        FlowSubscription subscription = (FlowSubscription) probe.subscription();
        Await.until(() -> !subscription.isDelivering());
    }

    private static void joinQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
