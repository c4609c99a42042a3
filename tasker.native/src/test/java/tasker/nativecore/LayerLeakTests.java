package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.PluginJar;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/**
 * Whether a worker that runs on lets go of the classes of services that were taken out: the class loader of each is
 * found to be unreachable by the garbage collector itself.
 */
class LayerLeakTests {
    private static final int TIMES = 50;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Configuration NOTHING = Configuration.builder().build();

    private final StepBench steps = new StepBench();
    private final TestTransports.Fast fast = new TestTransports.Fast();
    private final MemoryStepQueue queue = new MemoryStepQueue(LONG);

    @TempDir
    private Path folder;

    private int copies;

    @Test
    void fiftyTimesInARowNothingOfAPluginStays() throws Exception {
        PluginJar plugin = Kind.all(new PluginJar(folder, "every")).compile();
        try (WorkerSystem worker = start()) {
            // What the first use leaves for good, such as the worker's own classes, is not what is looked for.
            useAndLeave(worker, plugin, Kind::useAll);
            long classes = loadedClasses();
            for (int i = 0; i < TIMES; i++) {
                useAndLeave(worker, plugin, Kind::useAll);
            }

            // Fewer than the plugin has, which would be there fifty times.
            assertThat(loadedClasses() - classes).isLessThan(TIMES);
            awaitNoOpenJar();
            assertThat(worker.health().components()).doesNotContainKey("leak-health");
            assertThat(worker.metrics().stepsProcessed()).isEqualTo(4L * (TIMES + 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfTheServiceStays(Kind kind) throws Exception {
        PluginJar plugin = kind.addTo(new PluginJar(folder, "single")).compile();
        try (WorkerSystem worker = start()) {
            for (int i = 0; i < 3; i++) {
                useAndLeave(worker, plugin, used -> kind.use(used));
            }
            awaitNoOpenJar();
        }
    }

    @Test
    void nothingOfAReplacedPluginStaysHoweverManyStepsWait() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "2", "test");
        PluginJar plugin = Kind.HANDLER.addTo(new PluginJar(folder, "swapped")).compile();
        try (WorkerSystem worker = start()) {
            ModuleLayer current = plugin.layer(folder.resolve("copy-" + ++copies + ".jar"));
            worker.layers().attach(current, NOTHING);
            for (int i = 0; i < TIMES; i++) {
                List<CompletableFuture<StepOutcome>> waiting =
                        Stream.generate(() -> submit(worker)).limit(20).toList();
                ModuleLayer next = plugin.layer(folder.resolve("copy-" + ++copies + ".jar"));
                worker.layers().replace(current, next, NOTHING, LONG);
                assertThat(waiting)
                        .allSatisfy(
                                outcome -> assertThat(outcome.join().result()).isInstanceOf(StepResult.Success.class));
                WeakReference<ClassLoader> loader = loaderOf(current);
                current = next;
                awaitGone(loader);
            }
            assertThat(worker.metrics().stepsSucceeded()).isEqualTo(20L * TIMES);
        }
    }

    /** The check itself: a service that is kept must be found. */
    @Test
    void aKeptServiceIsFoundToKeepItsLoader() {
        PluginJar plugin = Kind.HANDLER.addTo(new PluginJar(folder, "kept")).compile();
        ModuleLayer layer = plugin.layer(folder.resolve("copy-" + ++copies + ".jar"));
        Object kept = ServiceLoader.load(layer, StepHandler.class).stream()
                .filter(provider -> provider.type().getModule().getLayer() == layer)
                .findFirst()
                .orElseThrow()
                .get();
        WeakReference<ClassLoader> loader = loaderOf(layer);

        System.gc();

        assertThat(loader.get()).isSameAs(kept.getClass().getClassLoader());
    }

    private WorkerSystem start() {
        WorkerSystem worker = steps.builder(TestHandler.named("bystander", context -> StepResult.success(Map.of())))
                .service(fast)
                .service(queue)
                .build();
        worker.start();
        return worker;
    }

    /** In a method of its own, so that nothing of the layer is on the stack when its loader is looked for. */
    private void useAndLeave(WorkerSystem worker, PluginJar plugin, Consumer<Used> use) throws Exception {
        awaitGone(loaderAfterUse(worker, plugin, use));
    }

    private WeakReference<ClassLoader> loaderAfterUse(WorkerSystem worker, PluginJar plugin, Consumer<Used> use) {
        ModuleLayer layer = plugin.layer(folder.resolve("copy-" + ++copies + ".jar"));
        worker.layers().attach(layer, NOTHING);
        use.accept(new Used(worker, fast, queue));
        assertThat(worker.layers().detach(layer, LONG).isClean()).isTrue();
        return loaderOf(layer);
    }

    private static CompletableFuture<StepOutcome> submit(WorkerSystem worker) {
        try {
            return worker.submit(StepRequest.of("leak-handler", Map.of()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static WeakReference<ClassLoader> loaderOf(ModuleLayer layer) {
        Module module = layer.modules().iterator().next();
        return new WeakReference<>(module.getClassLoader());
    }

    private static void awaitGone(WeakReference<ClassLoader> loader) {
        Await.until("the class loader is unreachable", () -> {
            System.gc();
            return loader.get() == null;
        });
    }

    private static long loadedClasses() {
        return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
    }

    /** The jar of a loader that nobody closes is closed after the loader is gone. */
    private void awaitNoOpenJar() {
        Await.until("no jar is open", () -> openJars().isEmpty());
    }

    private List<Path> openJars() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(LayerLeakTests::target)
                    .filter(file -> file.startsWith(folder))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException ignored) {
            // Closed since it was listed.
            return link;
        }
    }

    /** What a service is used through. */
    record Used(WorkerSystem worker, TestTransports.Fast fast, MemoryStepQueue queue) {
        void step(String handler) {
            StepOutcome outcome;
            try {
                outcome = worker.submit(StepRequest.of(handler, Map.of())).join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(outcome.result()).isInstanceOf(StepResult.Success.class);
        }
    }

    /** A kind of service, a class that provides it, and how it is used. */
    enum Kind {
        HEALTH("HealthContributor", """
                public HealthReport check() { return HealthReport.healthy(Map.of("mood", "fine")); }
                """) {
            @Override
            void use(Used used) {
                Await.until(
                        "its health is there",
                        () -> used.worker.health().components().containsKey("leak-health"));
            }
        },
        FAILING("HealthContributor", """
                static class Trouble extends RuntimeException { }
                public HealthReport check() { throw new Trouble(); }
                """) {
            @Override
            void use(Used used) {
                assertThat(used.worker.health().components())
                        .hasEntrySatisfying(
                                "leak-failing",
                                health -> assertThat(health.message().orElseThrow())
                                        .contains("Trouble"));
            }
        },
        METRICS("MetricsSource", """
                public void start(WorkerContext context) {
                    context.meters().counter(MetricId.of("tasker_leak_total", "Leaks.")).increment();
                }
                public void collect(MetricsSink sink) { sink.gauge(MetricId.of("tasker_leak_depth", "Depth."), 1); }
                """) {
            @Override
            void use(Used used) {
                assertThat(new CollectedMetrics(used.worker).values())
                        .containsKeys("tasker_leak_depth", "tasker_leak_total");
            }
        },
        HANDLER("StepHandler", """
                static final ThreadLocal<Object> LEFT = new ThreadLocal<>();
                static class Mine { }
                public StepResult handle(StepContext context) {
                    LEFT.set(new Mine());
                    context.logger().log(System.Logger.Level.DEBUG, "running");
                    return StepResult.success(Map.of("done", true));
                }
                public List<StepEvent> events() {
                    return List.of(new StepEvent("leak.done", StepEvent.Condition.ALWAYS, DeliveryMode.FAST));
                }
                public Optional<StepEventPublisher> publisher(StepEvent event) {
                    return Optional.of(new StepEventPublisher() { });
                }
                """) {
            @Override
            void use(Used used) {
                used.step("leak-handler");
                used.queue.add(StepRequest.of("leak-handler", Map.of()), StepLimits.once());
                Await.until("the queue is empty", () -> used.queue.size() == 0);
            }
        },
        SUBSCRIBER("EventSubscriber", """
                static class Trouble extends RuntimeException { }
                public EventPattern pattern() { return EventPattern.parse("#"); }
                public void handle(InProcessDomainEvent event) { throw new Trouble(); }
                """) {
            @Override
            void use(Used used) {
                DomainEvent event = DomainEvent.builder("leak.made", "test").build();
                used.fast.deliver(InProcessDomainEvent.of(event));
                assertThat(used.worker.subscribers())
                        .hasEntrySatisfying(
                                "leak-subscriber",
                                figures -> assertThat(figures.failed()).isPositive());
                used.fast.failures().clear();
            }
        },
        TRACER("EventTracer", """
                public Optional<TraceContext> current() { return Optional.empty(); }
                public Span begin(Operation operation) {
                    TraceContext context = TraceContext.parse(
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "").orElseThrow();
                    return new Span() {
                        public TraceContext context() { return context; }
                        public Scope activate() { return () -> { }; }
                        public void end(Optional<String> errorType) { }
                    };
                }
                """) {
            @Override
            void use(Used used) {
                used.step("bystander");
            }
        },
        VALIDATOR("PayloadValidator", """
                public Schema compile(String schema) { return payload -> List.of(); }
                """) {
            @Override
            void use(Used used) {
                used.step("bystander");
            }
        },
        QUEUE("StepQueue", """
                public Optional<StepSource> openSteps() { return Optional.of(new Empty()); }
                public void add(StepRequest request, StepLimits limits) { }
                static class Empty implements StepSource {
                    public java.time.Duration visibility() { return java.time.Duration.ofSeconds(30); }
                    public List<ReceivedStep> receive(int max, java.time.Duration wait) throws InterruptedException {
                        new java.util.concurrent.CountDownLatch(1).await(
                                wait.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
                        return List.of();
                    }
                    public List<ReceivedStep.Step> extend(
                            Collection<ReceivedStep.Step> steps, java.time.Duration visibility) { return List.of(); }
                    public void leave(Collection<ReceivedStep.Step> steps) { }
                    public boolean settle(StepSettlement settlement) { return true; }
                    public boolean release(ReceivedStep.Step step, int next, java.time.Duration delay) { return true; }
                    public boolean deadLetter(ReceivedStep step, String reason) { return true; }
                    public boolean deadLetter(ReceivedStep.Step step, ResultRefusedException refusal) { return true; }
                    public void close() { }
                }
                """) {
            @Override
            void use(Used used) {
                assertThat(new CollectedMetrics(used.worker).values())
                        .containsKey("tasker_queue_steps_received_total{queue=leak-queue}");
            }
        };

        private final String type;
        private final String members;

        Kind(String type, String members) {
            this.type = type;
            this.members = members;
        }

        abstract void use(Used used);

        PluginJar addTo(PluginJar plugin) {
            String name = name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
            return plugin.source(
                            name,
                            "public class " + name + " implements " + type + " {\npublic String name() { return \"leak-"
                                    + name.toLowerCase(Locale.ROOT) + "\"; }\n" + members + "}\n")
                    .provides("tasker.events.api.spi." + type, name);
        }

        static PluginJar all(PluginJar plugin) {
            PluginJar with = plugin;
            for (Kind kind : values()) {
                with = kind.addTo(with);
            }
            return with;
        }

        static void useAll(Used used) {
            for (Kind kind : values()) {
                kind.use(used);
            }
        }
    }
}
