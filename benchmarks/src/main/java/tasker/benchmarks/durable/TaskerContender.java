package tasker.benchmarks.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.pgmq.PgmqTransport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Publish through a whole worker, as a program does. */
final class TaskerContender implements Contender {
    /** In which form events are published. */
    enum Form {
        PUBLISH,
        PUBLISH_ALL,
        ASYNC
    }

    private static final int BATCH = 100;

    private final Server server;
    private final WorkerSystem worker;
    private final Form form;
    private volatile @Nullable RuntimeException failure;

    TaskerContender(Server server, WorkerSystem worker, Form form) {
        this.server = server;
        this.worker = worker;
        this.form = form;
    }

    /** Start a worker with the default settings but for these: name, value, name, value. */
    static WorkerSystem start(Server server, String... settings) {
        Configuration.Builder configuration = Configuration.builder()
                .flag("database.url", server.url(), "benchmark")
                .flag("worker.namespace", "bench", "benchmark")
                .flag("worker.fast-transport", "none", "benchmark");
        for (int i = 0; i < settings.length; i += 2) {
            configuration.flag(settings[i], settings[i + 1], "benchmark");
        }
        WorkerSystem worker = WorkerSystem.builder(configuration.build())
                .service(new PgmqTransport())
                .build();
        worker.start();
        return worker;
    }

    @Override
    public String name() {
        return switch (form) {
            case PUBLISH -> "Tasker publish";
            case PUBLISH_ALL -> "Tasker publishAll of " + BATCH;
            case ASYNC -> "Tasker publishAsync";
        };
    }

    @Override
    public void call(int caller, LongConsumer durable) {
        switch (form) {
            case PUBLISH -> {
                worker.publish(SampleEvent.next(), DeliveryMode.DURABLE);
                durable.accept(1);
            }
            case PUBLISH_ALL -> {
                List<DomainEvent> events = new ArrayList<>(BATCH);
                for (int i = 0; i < BATCH; i++) {
                    events.add(SampleEvent.next());
                }
                worker.publishAll(events, DeliveryMode.DURABLE);
                durable.accept(BATCH);
            }
            case ASYNC -> publishAsync(durable);
        }
    }

    private void publishAsync(LongConsumer durable) {
        RuntimeException earlier = failure;
        if (earlier != null) {
            throw earlier;
        }
        CompletableFuture<Void> ignored = worker.publishAsync(SampleEvent.next(), DeliveryMode.DURABLE)
                .whenComplete((nothing, thrown) -> {
                    if (thrown == null) {
                        durable.accept(1);
                    } else {
                        failure = new IllegalStateException("an asynchronous publish failed", thrown);
                    }
                });
    }

    @Override
    public void reset() throws Exception {
        server.execute("TRUNCATE pgmq.q_bench_domain_events");
    }
}
