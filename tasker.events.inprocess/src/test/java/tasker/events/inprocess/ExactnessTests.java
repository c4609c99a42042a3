package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.EventFlowSubscription;
import tasker.events.api.spi.EventPoller;

/** Check under load, for every way to subscribe, that what was published was delivered or counted as missed. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExactnessTests {
    private static final int PRODUCERS = 3;
    private static final int EACH = 40_000;
    private static final Duration HOURS = Duration.ofHours(10);

    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);

    @ParameterizedTest
    @ValueSource(ints = {2, 64, 2048})
    void publishedTimesSubscribersIsDeliveredAndMissed(int capacity) throws Exception {
        transport.start(TestContext.capacity(capacity));
        List<FutureTask<Long>> pollers = List.of(
                start(() -> pollAll(transport.subscribe(EventPattern.all()), 0)),
                start(() -> pollAll(transport.subscribe(EventPattern.all()), 2_000)),
                start(() -> takeAll(transport.subscribe(EventPattern.all()), 0)),
                start(() -> takeAll(transport.subscribe(EventPattern.all()), 2_000)));
        List<Counter> streams = List.of(new Counter(Long.MAX_VALUE), new Counter(1));
        for (Counter stream : streams) {
            transport.flow(EventPattern.all()).subscribe(stream);
        }
        AtomicLong heard = new AtomicLong();
        transport.listen("slow", EventPattern.all(), event -> pauseNowAndThen(heard.incrementAndGet()));
        int subscribers = pollers.size() + streams.size() + 1;
        Await.until(() -> transport.subscribers() == subscribers);

        for (FutureTask<Integer> producer : produce()) {
            producer.get();
        }
        long published = transport.published();
        assertThat(published).isEqualTo((long) PRODUCERS * EACH);
        transport.close();

        long delivered = heard.get();
        for (FutureTask<Long> poller : pollers) {
            delivered += poller.get();
        }
        for (Counter stream : streams) {
            Await.until(() -> stream.ended.get());
            assertThat(stream.received.get() + stream.subscription().missed()).isEqualTo(published);
            delivered += stream.received.get();
        }
        assertThat(delivered + transport.dropped()).isEqualTo(published * subscribers);
        assertThat(Collected.from(transport))
                .containsEntry("tasker_inprocess_published_total", (double) published)
                .containsEntry("tasker_inprocess_dropped_total", (double) transport.dropped());
        if (capacity == 2) {
            assertThat(transport.dropped()).as("or nothing was tested").isPositive();
        }
    }

    @Test
    void whatAPublishReturnedForIsDeliveredThoughTheTransportClosesMeanwhile() throws Exception {
        for (int round = 0; round < 50; round++) {
            InProcessTransport closing = new InProcessTransport(Await.LIMIT);
            closing.start(TestContext.capacity(1 << 14));
            EventPoller poller = closing.subscribe(EventPattern.all());
            Counter stream = new Counter(Long.MAX_VALUE);
            closing.flow(EventPattern.all()).subscribe(stream);
            AtomicLong heard = new AtomicLong();
            closing.listen("counting", EventPattern.all(), event -> heard.incrementAndGet());
            List<FutureTask<Integer>> producers = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                producers.add(start(() -> publishUntilRefused(closing)));
            }
            Await.until(() -> closing.published() > 20);
            closing.close();

            long published = 0;
            for (FutureTask<Integer> producer : producers) {
                published += producer.get();
            }
            assertThat(closing.published()).isEqualTo(published);
            assertThat(pollAll(poller, 0)).isEqualTo(published);
            Await.until(() -> stream.ended.get());
            assertThat(stream.received.get()).isEqualTo(published);
            assertThat(heard.get()).isEqualTo(published);
            assertThat(closing.dropped()).isZero();
        }
    }

    @Test
    void aListenerThatPublishesMoreThanTheChannelHoldsMissesSomeOfItsOwn() {
        transport.start(TestContext.capacity(8));
        AtomicLong heard = new AtomicLong();
        transport.listen("flooding", EventPattern.parse("order.first"), event -> publish(100));
        transport.listen("counting", EventPattern.all(), event -> heard.incrementAndGet());
        transport.publisher().publish(DomainEvent.of("order.first", Map.of(), "tests"));
        Await.until(() -> heard.get() + transport.dropped() == 101);
        assertThat(heard).hasValue(9);
        assertThat(transport.published()).isEqualTo(101);
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "tests"));
        }
    }

    private List<FutureTask<Integer>> produce() {
        List<FutureTask<Integer>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(start(() -> {
                DomainEvent event = DomainEvent.of("order.created", Map.of(), "tests");
                int published = 0;
                for (; published < EACH; published++) {
                    transport.publisher().publish(event);
                }
                return published;
            }));
        }
        return producers;
    }

    private static int publishUntilRefused(InProcessTransport closing) {
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "tests");
        int published = 0;
        // Few enough that listeners have the rest in the time that the close gives them.
        for (; published < 5_000; published++) {
            try {
                closing.publisher().publish(event);
            } catch (PublishException refused) {
                assertThat(refused.mayHaveBeenWritten()).isFalse();
                break;
            }
        }
        return published;
    }

    private static long pollAll(EventPoller poller, int pauseNanos) {
        long delivered = 0;
        while (!poller.isClosed()) {
            if (poller.poll().isPresent()) {
                delivered++;
                if (pauseNanos > 0 && delivered % 100 == 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        }
        return delivered;
    }

    private static long takeAll(EventPoller poller, int pauseNanos) throws InterruptedException {
        long delivered = 0;
        while (!poller.isClosed()) {
            if (poller.poll(HOURS).isPresent()) {
                delivered++;
                if (pauseNanos > 0 && delivered % 100 == 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        }
        return delivered;
    }

    private static void pauseNowAndThen(long count) {
        if (count % 50 == 0) {
            LockSupport.parkNanos(1_000);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** Count what a stream delivers, asking for so many at a time. */
    private static final class Counter implements Flow.Subscriber<InProcessDomainEvent> {
        final AtomicLong received = new AtomicLong();
        final AtomicBoolean ended = new AtomicBoolean();
        private final long atATime;
        private final CompletableFuture<EventFlowSubscription> subscription = new CompletableFuture<>();

        Counter(long atATime) {
            this.atATime = atATime;
        }

        EventFlowSubscription subscription() {
            return subscription.join();
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete((EventFlowSubscription) given);
            given.request(atATime);
        }

        @Override
        public void onNext(InProcessDomainEvent event) {
            received.incrementAndGet();
            subscription().request(atATime);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            ended.set(true);
        }
    }
}
