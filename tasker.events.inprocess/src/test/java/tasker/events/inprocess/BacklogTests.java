package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;

/** Check that the backlog tells what is not delivered, in a listener's hand or not, whoever is slow. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BacklogTests {
    private static final int CAPACITY = 8;

    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    BacklogTests() {
        transport.start(TestContext.capacity(CAPACITY));
    }

    @AfterEach
    void close() {
        release.countDown();
        transport.close();
    }

    @Test
    void theEventThatAListenerHangsWithIsNotDelivered() throws Exception {
        transport.listen("stuck", EventPattern.all(), event -> hang());
        publish(1);
        entered.await();
        assertBacklog("listeners", 1, 1);
        assertThat(transport.check().details()).containsEntry("backlog", 1);

        publish(3);
        assertBacklog("listeners", 4, 4);
        publish(10);
        assertBacklog("listeners", CAPACITY + 1, CAPACITY + 1);
        assertThat(transport.dropped()).isEqualTo(5);

        release.countDown();
        Await.until(() -> backlog("", "listeners") == 0);
    }

    @Test
    void theEventThatAStreamHangsWithIsNotDelivered() throws Exception {
        Probe probe = new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                hang();
            }
        };
        transport.flow(EventPattern.all()).subscribe(probe);
        probe.subscription().request(1);
        publish(1);
        entered.await();
        assertBacklog("streams", 1, 1);

        publish(2);
        release.countDown();
        Await.until(() -> backlog("", "streams") == 2);
        probe.subscription().request(2);
        Await.until(() -> backlog("", "streams") == 0);
    }

    @Test
    void theBacklogIsThatOfAllAndOfTheSlowest() {
        EventPoller slow = transport.subscribe(EventPattern.all());
        publish(2);
        EventPoller quick = transport.subscribe(EventPattern.all());
        publish(1);
        assertBacklog("pollers", 4, 3);

        assertThat(quick.poll()).as("a poller has what it is given").isPresent();
        assertBacklog("pollers", 3, 3);
        slow.close();
        assertBacklog("pollers", 0, 0);
        assertThat(transport.check().details()).containsEntry("backlog", 0);
        quick.close();
    }

    @Test
    void theLabelsAreThreeHoweverManySubscribe() {
        List<EventPoller> pollers = Stream.generate(() -> transport.subscribe(EventPattern.all()))
                .limit(500)
                .toList();
        publish(2);
        assertBacklog("pollers", 1_000, 2);
        assertThat(Collected.from(transport).keySet())
                .filteredOn(name -> name.startsWith("tasker_inprocess_backlog"))
                .hasSize(6);
        pollers.forEach(EventPoller::close);
        assertBacklog("pollers", 0, 0);
    }

    private void assertBacklog(String subscribers, int sum, int largest) {
        assertThat(backlog("", subscribers)).isEqualTo(sum);
        assertThat(backlog("_max", subscribers)).isEqualTo(largest);
    }

    private double backlog(String which, String subscribers) {
        return Collected.from(transport)
                .getOrDefault("tasker_inprocess_backlog" + which + "{subscribers=" + subscribers + "}", -1.0);
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "tests"));
        }
    }

    private void hang() {
        entered.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
