package tasker.benchmarks.durable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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

    /**
     * Read and settle one batch at a time.
     *
     * @param batch does so, and tells how many events there were
     * @param source is closed at the end
     */
    private record Reader(Callable<Integer> batch, AutoCloseable source) {}

    private Reader open(Way way) throws SQLException {
        if (way == Way.RAW) {
            RawConsumer consumer = new RawConsumer(server);
            return new Reader(() -> consumer.readAndDelete(BATCH, message -> {}), consumer);
        }
        DurableEventConsumer consumer = worker.durable().openConsumer(ConsumerOptions.defaults());
        return new Reader(() -> receiveAndAcknowledge(consumer), consumer);
    }

    private static int receiveAndAcknowledge(DurableEventConsumer consumer) throws InterruptedException {
        List<ReceivedEvent> received = consumer.receive(BATCH, Duration.ZERO);
        if (!consumer.acknowledge(received).isEmpty()) {
            throw new IllegalStateException("an event was lost");
        }
        return received.size();
    }

    private long loop(Way way, int consumers, int events) throws Exception {
        AtomicInteger left = new AtomicInteger(events);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        // Connected before the time begins, because the worker's pool is connected, too.
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            readers.add(open(way));
        }
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (Reader reader : readers) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (left.get() > 0) {
                        left.addAndGet(-reader.batch().call());
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
        long nanos = System.nanoTime() - begin;
        for (Reader reader : readers) {
            reader.source().close();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("consuming failed", failure.get());
        }
        return nanos;
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
            // Seldom enough to cost nothing, and often enough to be exact to a hundredth.
            LockSupport.parkNanos(1_000_000);
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
