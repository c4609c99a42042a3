package tasker.events.pgmq;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Scanner;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.DatabaseKeys;

/**
 * Publish in a process of its own, from many callers at a time, and write down what became of each event: a line for
 * each call that begins, returns or fails, handed to the system before anything else happens, so that it outlives a
 * {@code kill -9}. An event that may have been written is published again with the same id, one that was not is not.
 */
final class Writer {
    private final FileOutputStream log;
    private final PgmqTransport transport;
    private final AtomicBoolean over = new AtomicBoolean();

    private Writer(FileOutputStream log, PgmqTransport transport) {
        this.log = log;
        this.transport = transport;
    }

    /** Settings as {@code name=value}: those of the database, of the transport, and {@code log} and {@code callers}. */
    public static void main(String[] args) throws Exception {
        Map<String, String> values = Arrays.stream(args)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, last) -> last));
        Settings section = new Settings() {
            @Override
            public <T> T get(SettingKey<T> key) {
                return key.parse(values.getOrDefault(key.name(), key.defaultText()));
            }
        };
        TestWorker worker = new TestWorker(() -> DatabaseKeys.read(section).orElseThrow(), "orders");
        values.forEach(worker::with);
        try (FileOutputStream log = new FileOutputStream(values.getOrDefault("log", ""))) {
            new Writer(log, TestWorker.start(worker)).run(Integer.parseInt(values.getOrDefault("callers", "")));
        }
    }

    private void run(int callers) throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread health = Thread.ofPlatform().start(() -> watchHealth(stopped));
        if (callers == 0) {
            Thread.ofPlatform().daemon().start(this::offerMoreThanIsTaken);
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8)) {
            for (int i = 0; i < callers; i++) {
                threads.execute(this::publishUntilOver);
            }
            while (orders.hasNext() && !orders.next().equals("stop")) {
                System.gc();
                note("M "
                        + (Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory()));
            }
            over.set(true);
        }
        stopped.countDown();
        health.join();
        transport.close();
    }

    private void publishUntilOver() {
        while (!over.get()) {
            DomainEvent event = DomainEvent.of("order.created", Map.of("id", 1), "orders");
            note("B " + event.eventId());
            while (mayHaveBeenWritten(event) && !over.get()) {
                pause(20);
            }
            pause(2);
        }
    }

    /** Publish once. */
    private boolean mayHaveBeenWritten(DomainEvent event) {
        long start = System.nanoTime();
        try {
            transport.publisher().publish(event);
            note("R " + event.eventId() + ' ' + millisSince(start));
            return false;
        } catch (PublishException e) {
            note(failure(event.eventId(), e, start));
            pause(20);
            return e.mayHaveBeenWritten();
        }
    }

    private void offerMoreThanIsTaken() {
        String text = "x".repeat(100_000);
        while (!over.get()) {
            DomainEvent event = DomainEvent.of("order.created", Map.of("text", text), "orders");
            UUID id = event.eventId();
            note("B " + id);
            long start = System.nanoTime();
            CompletableFuture<Void> ignored = transport
                    .publisher()
                    .publishAsync(event)
                    .whenComplete((nothing, failure) -> {
                        if (failure instanceof PublishException refusal) {
                            note(failure(id, refusal, start));
                        } else {
                            note("R " + id + ' ' + millisSince(start));
                        }
                    });
        }
    }

    private static String failure(UUID id, PublishException e, long start) {
        return "F " + id + ' ' + millisSince(start) + ' ' + e.mayHaveBeenWritten() + ' ' + e.getMessage();
    }

    private void watchHealth(CountDownLatch stopped) {
        try {
            while (!stopped.await(50, TimeUnit.MILLISECONDS)) {
                HealthReport report = transport.check();
                note("H " + report.status() + ' ' + report.message().orElse(""));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** Leave time for others: what is proved needs callers at a time, not events without number. */
    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void note(String line) {
        try {
            // One call of the system, which appends all of it or nothing.
            log.write((line.replace('\n', ' ') + '\n').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
