package tasker.benchmarks.durable;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;

/** Publish one event after the other, and tell how long each took from the call of publish to its handler. */
final class WakeLatency {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ConsumeServer server;
    private final WorkerSystem publisher;
    private final WorkerSystem other;

    /** Publish by the one worker, and consume by it or by the other one, which stands for another process. */
    WakeLatency(ConsumeServer server, WorkerSystem publisher, WorkerSystem other) {
        this.server = server;
        this.publisher = publisher;
        this.other = other;
    }

    /** Name the ways. */
    enum Way {
        POLLING("raw, a look every 50 ms"),
        SAME_PROCESS("`consume` in the publishing worker"),
        OTHER_WORKER("`consume` in another worker, woken by NOTIFY");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /**
     * Hold two percentiles in milliseconds.
     *
     * @param p50 half of the events took at most this long
     * @param p99 of a hundred events 99 took at most this long
     */
    record Result(double p50, double p99) {}

    /** Measure so many events. */
    Result measure(Way way, int events) throws Exception {
        server.fill(0);
        Map<String, Long> sent = new ConcurrentHashMap<>();
        long[] took = new long[events];
        AtomicInteger arrived = new AtomicInteger();
        AutoCloseable consumer = way == Way.POLLING
                ? new Poller(sent, took, arrived)
                : subscribe(way == Way.SAME_PROCESS ? publisher : other, sent, took, arrived);
        try (consumer) {
            RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
            for (int i = 0; i < events; i++) {
                // At no fixed distance, so that the events meet every phase of a poller.
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(5_000 + random.nextInt(60_000)));
                DomainEvent event = DomainEvent.of("order.created", Map.of("order", i), "benchmark");
                sent.put(event.eventId().toString(), System.nanoTime());
                publisher.publish(event, DeliveryMode.DURABLE);
            }
            while (arrived.get() < events) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        Arrays.sort(took);
        return new Result(took[events / 2] / 1e6, took[Math.min(events - 1, events * 99 / 100)] / 1e6);
    }

    private static EventSubscription subscribe(
            WorkerSystem worker, Map<String, Long> sent, long[] took, AtomicInteger arrived) {
        return worker.consume(
                SubscriptionOptions.defaults(),
                received -> note(received.event().eventId().toString(), sent, took, arrived));
    }

    private static void note(String id, Map<String, Long> sent, long[] took, AtomicInteger arrived) {
        Long begin = sent.remove(id);
        if (begin != null) {
            took[arrived.getAndIncrement()] = System.nanoTime() - begin;
        }
    }

    /** Look into the queue, sleep, and look again. */
    private final class Poller implements AutoCloseable {
        private final Thread thread;
        private volatile boolean over;

        Poller(Map<String, Long> sent, long[] took, AtomicInteger arrived) throws Exception {
            RawConsumer consumer = new RawConsumer(server);
            thread = Thread.ofVirtual().start(() -> {
                try (consumer) {
                    while (!over) {
                        consumer.readAndDelete(100, message -> note(idIn(message), sent, took, arrived));
                        LockSupport.parkNanos(POLL_NANOS);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private static String idIn(String message) {
            int at = message.indexOf("\"event_id\": \"") + 13;
            return message.substring(at, at + 36);
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            thread.join();
        }
    }
}
