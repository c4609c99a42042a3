package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Hold the transport of the example to the contract, as a plugin of a worker that uses it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HelloTransportTests {
    private static final int CAPACITY = 16;

    @TempDir
    Path root;

    private PluginBench bench;
    private WorkerSystem worker;

    @BeforeEach
    void start() throws IOException {
        bench = new PluginBench(root);
        bench.jars.jar(bench.folder.resolve("hello.jar"), bench.jars.compile("hello", sources()));
        Configuration configuration = Configuration.builder()
                .flag("worker.durable-transport", "none", "test")
                .flag("worker.fast-transport", "hello-locked", "test")
                .flag("hello-locked.capacity", Integer.toString(CAPACITY), "test")
                .flag("observability.port", "0", "test")
                .build();
        worker = WorkerSystem.builder(configuration)
                .layers(bench.load().layers())
                .build();
        worker.start();
    }

    @AfterEach
    void stop() {
        worker.close();
        bench.close();
    }

    @Test
    void aPollerThatFallsBehindLearnsExactlyWhatItMissed() throws InterruptedException {
        EventPoller behind = worker.subscribe(EventPattern.all());
        EventPoller some = worker.subscribe(EventPattern.parse("b.*"));
        publish(IntStream.range(0, 40).mapToObj(i -> i % 2 == 0 ? "a.x" : "b.x").toList());

        assertThat(drain(behind)).hasSize(CAPACITY);
        assertThat(behind.missed()).isEqualTo(40 - CAPACITY);
        assertThat(behind.position()).isEqualTo(40);
        assertThat(drain(some)).hasSize(CAPACITY / 2);
        assertThat(worker.fast().dropped()).isEqualTo(2 * (40 - CAPACITY));
        assertThat(behind.poll(Duration.ofMillis(1))).isEmpty();

        behind.close();
        publish(List.of("a.x"));
        assertThat(behind.poll()).isEmpty();
        assertThat(behind.isClosed()).isTrue();
        assertThat(worker.fast().dropped()).isEqualTo(2 * (40 - CAPACITY));
    }

    @Test
    void whoComesBackGoesOnWhereItWas() {
        publish(List.of("a.1", "a.2", "a.3"));

        assertThat(drain(worker.subscribe(EventPattern.all(), 1))).containsExactly("a.2", "a.3");
        assertThat(drain(worker.subscribe(EventPattern.all(), 100))).isEmpty();
        assertThat(worker.fast().published()).isEqualTo(3);
    }

    @Test
    void aPollerIsWokenByThePublisher() throws Exception {
        EventPoller poller = worker.subscribe(EventPattern.all());
        Thread publisher = Thread.ofVirtual().start(() -> publish(List.of("a.x")));

        assertThat(poller.poll(Duration.ofMinutes(1))).isPresent();
        publisher.join();
    }

    @Test
    void listenersAreCalledInTheOrderOfTheChannelAndOneThatThrowsHarmsNoOther() throws InterruptedException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        FastTransport.Registration broken = worker.listen("broken", EventPattern.all(), event -> {
            throw new IllegalStateException("broken");
        });
        worker.listen("all", EventPattern.all(), event -> heard.add("all " + event.eventType()));
        worker.listen("b", EventPattern.parse("b.#"), event -> heard.add("b " + event.eventType()));
        publish(List.of("a.1", "b.2", "a.3", "b.4"));

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            order.add(heard.take());
        }
        assertThat(order).containsExactly("all a.1", "all b.2", "b b.2", "all a.3", "all b.4", "b b.4");
        broken.close();
        assertThat(worker.fast().subscribers()).isEqualTo(2);
    }

    @Test
    void aStreamHandsOverWhatIsAskedForAndCompletesOnceTheRestIsTaken() throws InterruptedException {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        CountDownLatch complete = new CountDownLatch(1);
        Flow.Subscription[] subscription = new Flow.Subscription[1];
        worker.flow(EventPattern.all()).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription[0] = given;
                given.request(2);
            }

            @Override
            public void onNext(InProcessDomainEvent event) {
                got.add(event.eventType());
            }

            @Override
            public void onError(Throwable failure) {
                got.add(failure.toString());
            }

            @Override
            public void onComplete() {
                complete.countDown();
            }
        });
        publish(List.of("a.1", "a.2", "a.3"));

        assertThat(List.of(got.take(), got.take())).containsExactly("a.1", "a.2");
        assertThat(got).isEmpty();
        subscription[0].request(Long.MAX_VALUE);
        assertThat(got.take()).isEqualTo("a.3");
        worker.close();
        complete.await();
    }

    @Test
    void closedMeansThatTheRestCanBeReadAndNothingPublished() {
        EventPoller poller = worker.subscribe(EventPattern.all());
        FastTransport transport = worker.fast();
        publish(List.of("a.1"));

        worker.close();

        assertThat(poller.isClosed()).isFalse();
        assertThat(drain(poller)).containsExactly("a.1");
        assertThat(poller.isClosed()).isTrue();
        assertThat(transport.subscribe(EventPattern.all()).isClosed()).isTrue();
        assertThatThrownBy(() -> transport.publisher().publish(DomainEvent.of("a.x", Map.of(), "test")))
                .isInstanceOf(PublishException.class)
                .hasMessageStartingWith("TASKER-F101");
    }

    private void publish(List<String> types) {
        worker.publishAll(
                types.stream()
                        .map(type -> DomainEvent.of(type, Map.of(), "test"))
                        .toList(),
                DeliveryMode.FAST);
    }

    private static List<String> drain(EventPoller poller) {
        return Stream.generate(poller::poll)
                .takeWhile(Optional::isPresent)
                .map(event -> event.orElseThrow().eventType())
                .toList();
    }

    private static Map<String, String> sources() throws IOException {
        Path sources = Path.of("../examples/hello-plugin/src/main/java");
        Map<String, String> all = new HashMap<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(sources.relativize(file).toString(), Files.readString(file));
            }
        }
        return all;
    }
}
