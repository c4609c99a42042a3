package tasker.benchmarks.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;

/** Empty a full queue in three ways, and tell how many events a second that were. */
final class ConsumeRates {
    private static final int BATCH = 100;

    private final ConsumeServer server;
    private final WorkerSystem worker;

    ConsumeRates(ConsumeServer server, WorkerSystem worker) {
        this.server = server;
        this.worker = worker;
    }

    /** Name the ways. */
    enum Way {
        RAW("raw `read(100)` + `delete(ids)`"),
        CONSUMER("`receive(100)` + `acknowledge`"),
        SUBSCRIPTION("`consume`, a handler for each event");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Events a second with so many consumers side by side, from the first read until the last event is settled. */
    double measure(Way way, int consumers, int events) throws Exception {
        server.fill(events);
        long nanos = way == Way.SUBSCRIPTION ? subscribe(consumers, events) : loop(way, consumers, events);
        return events * 1e9 / nanos;
    }

    private long loop(Way way, int consumers, int events) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(events);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    if (way == Way.RAW) {
                        raw(left);
                    } else {
                        consumer(left);
                    }
                } catch (Exception e) {
                    failure.set(e);
                    left.set(0);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("consuming failed", failure.get());
        }
        return System.nanoTime() - begin;
    }

    private void raw(AtomicInteger left) throws Exception {
        try (RawConsumer consumer = new RawConsumer(server)) {
            while (left.get() > 0) {
                left.addAndGet(-consumer.readAndDelete(BATCH, message -> {}));
            }
        }
    }

    private void consumer(AtomicInteger left) throws Exception {
        try (DurableEventConsumer consumer = worker.durable().openConsumer(ConsumerOptions.defaults())) {
            while (left.get() > 0) {
                List<ReceivedEvent> received = consumer.receive(BATCH, Duration.ZERO);
                left.addAndGet(-received.size());
                if (!consumer.acknowledge(received).isEmpty()) {
                    throw new IllegalStateException("an event was lost");
                }
            }
        }
    }

    private long subscribe(int consumers, int events) throws InterruptedException {
        SubscriptionOptions options =
                SubscriptionOptions.defaults().withConcurrency(2 * BATCH).withBatchSize(BATCH);
        List<EventSubscription> open = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < consumers; i++) {
            open.add(worker.consume(options, received -> {}));
        }
        while (succeeded(open) < events) {
            LockSupport.parkNanos(100_000);
        }
        long nanos = System.nanoTime() - begin;
        List<Thread> closing =
                open.stream().map(each -> Thread.ofVirtual().start(each::close)).toList();
        for (Thread thread : closing) {
            thread.join();
        }
        return nanos;
    }

    private static long succeeded(List<EventSubscription> subscriptions) {
        return subscriptions.stream()
                .mapToLong(each -> each.figures().succeeded())
                .sum();
    }
}
