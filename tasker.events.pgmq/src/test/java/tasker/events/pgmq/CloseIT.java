package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;

class CloseIT {
    @RepeatedTest(5)
    void consumersThatAreReadingWhenTheTransportClosesGetItsError() throws Exception {
        PgmqTransport transport = TestWorker.start(TestServer.newDatabase(), "orders");
        AtomicInteger reads = new AtomicInteger();
        List<Future<TaskerException>> consumers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            for (int i = 0; i < 16; i++) {
                consumers.add(threads.submit(() -> {
                    while (true) {
                        try {
                            consumer.receive(1, Duration.ZERO);
                            reads.incrementAndGet();
                        } catch (TaskerException e) {
                            return e;
                        }
                    }
                }));
            }
            Until.isTrue("all are reading", () -> reads.get() > 100);
            transport.close();
            for (Future<TaskerException> ended : consumers) {
                assertThat(ended.get(60, TimeUnit.SECONDS).code()).isEqualTo("TASKER-Q110");
            }
        }
    }
}
