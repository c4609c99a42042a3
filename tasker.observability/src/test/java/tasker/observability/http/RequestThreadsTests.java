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
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @Test
    void requestsBeyondThePlatformThreadsRunOnVirtualOnes() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Boolean> virtual = new LinkedBlockingQueue<>();
        Runnable held = () -> {
            virtual.add(Thread.currentThread().isVirtual());
            await(release);
        };
        try (RequestThreads threads = new RequestThreads()) {
            for (int i = 0; i < RequestThreads.LASTING_THREADS + 3; i++) {
                threads.executeLasting(held);
            }
            assertThat(virtual(virtual, RequestThreads.LASTING_THREADS + 3)).isEqualTo(3);
            for (int i = 0; i < RequestThreads.QUICK_THREADS + 5; i++) {
                threads.execute(held);
            }
            assertThat(virtual(virtual, RequestThreads.QUICK_THREADS + 5)).isEqualTo(5);
            release.countDown();
        }
    }

    private static int virtual(BlockingQueue<Boolean> begun, int count) throws InterruptedException {
        int virtual = 0;
        for (int i = 0; i < count; i++) {
            virtual += begun.take() ? 1 : 0;
        }
        return virtual;
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
