package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class RequestThreadsTests {
    private static final int MANY = 40;

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @Test
    void requestsBeyondThePlatformThreadsRunOnVirtualOnes() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Boolean> virtual = new LinkedBlockingQueue<>();
        int ofMany = 0;
        try (RequestThreads threads = new RequestThreads()) {
            for (int i = 0; i < MANY; i++) {
                threads.execute(() -> {
                    virtual.add(Thread.currentThread().isVirtual());
                    await(release);
                });
            }
            for (int i = 0; i < MANY; i++) {
                ofMany += virtual.take() ? 0 : 1;
            }
            threads.executeLasting(() -> virtual.add(Thread.currentThread().isVirtual()));
            assertThat(virtual.take()).as("what lasts is on a virtual thread").isTrue();
            release.countDown();
        }
        assertThat(ofMany).as("platform threads").isEqualTo(16);
    }

    @Test
    void aProbeIsAnsweredWhileHandlersThatComputeHaveEveryCarrier() throws Exception {
        URI server = fixture.start();
        int carriers = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class)
                .getParallelism();
        AtomicBoolean computing = new AtomicBoolean(true);
        CountDownLatch begun = new CountDownLatch(carriers);
        List<Thread> handlers = IntStream.range(0, carriers)
                .mapToObj(i -> Thread.startVirtualThread(() -> {
                    begun.countDown();
                    while (computing.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .toList();
        try {
            begun.await();
            for (String path : List.of("/health/live", "/health/started", "/health/ready", "/metrics/worker")) {
                assertThat(HttpReply.get(server, path).status()).as(path).isEqualTo(200);
            }
        } finally {
            computing.set(false);
            for (Thread handler : handlers) {
                handler.join();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
