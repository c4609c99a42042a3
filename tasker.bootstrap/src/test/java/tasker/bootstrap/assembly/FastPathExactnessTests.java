package tasker.bootstrap.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.EventPoller;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Check the figures of the whole worker: what it published was delivered to each subscriber, or counted as dropped. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FastPathExactnessTests {
    private static final int PRODUCERS = 3;
    private static final int EACH = 20_000;
    private static final int PUBLISHED = PRODUCERS * EACH;

    @Test
    void theWorkersMetricsTellWhatWasPublishedAndDropped() throws Exception {
        Configuration configuration = Configuration.builder()
                .flag("inprocess.capacity", "64", "test")
                .flag("worker.durable-transport", "none", "test")
                .flag("observability.port", "0", "test")
                .build();
        AtomicLong heard = new AtomicLong();
        try (WorkerSystem worker = WorkerSystem.builder(configuration).build()) {
            worker.start();
            List<EventPoller> pollers = new ArrayList<>();
            List<FutureTask<Long>> readers = new ArrayList<>();
            AtomicBoolean published = new AtomicBoolean();
            for (int pauseNanos : new int[] {0, 1_000, 50_000}) {
                EventPoller poller = worker.subscribe(EventPattern.all());
                pollers.add(poller);
                readers.add(start(() -> readAll(poller, published, pauseNanos)));
            }
            worker.listen("slow", EventPattern.all(), event -> pauseNowAndThen(heard.incrementAndGet(), 1_000));
            for (FutureTask<Integer> producer : produce(worker)) {
                assertThat(producer.get()).isEqualTo(EACH);
            }
            published.set(true);

            long delivered = 0;
            long missed = 0;
            for (int i = 0; i < readers.size(); i++) {
                long read = readers.get(i).get();
                assertThat(read + pollers.get(i).missed()).isEqualTo(PUBLISHED);
                delivered += read;
                missed += pollers.get(i).missed();
            }
            long missedByPollers = missed;
            await(worker, metrics -> heard.get() + metrics.domainEventsDropped() - missedByPollers == PUBLISHED);
            WorkerMetrics metrics = worker.metrics();
            assertThat(metrics.domainEventsPublished()).isEqualTo(PUBLISHED);
            assertThat(delivered + heard.get() + metrics.domainEventsDropped()).isEqualTo(4L * PUBLISHED);
            assertThat(metrics.domainEventsDropped())
                    .as("or nothing was tested")
                    .isPositive();
        }
    }

    private static List<FutureTask<Integer>> produce(WorkerSystem worker) {
        List<FutureTask<Integer>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(start(() -> {
                int count = 0;
                for (; count < EACH; count++) {
                    worker.publish(DomainEvent.of("order.created", Map.of("n", count), "test"), DeliveryMode.FAST);
                }
                return count;
            }));
        }
        return producers;
    }

    /** Read until all is published and nothing is left. */
    private static long readAll(EventPoller poller, AtomicBoolean published, int pauseNanos) {
        long read = 0;
        while (true) {
            boolean last = published.get();
            if (poller.poll().isPresent()) {
                read++;
                pauseNowAndThen(read, pauseNanos);
            } else if (last) {
                return read;
            }
        }
    }

    private static void pauseNowAndThen(long count, int nanos) {
        if (nanos > 0 && count % 50 == 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private static void await(WorkerSystem worker, Predicate<WorkerMetrics> condition) {
        while (!condition.test(worker.metrics())) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
