package tasker.observability.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;

/**
 * Report the figures of the virtual machine: memory, collectors, threads, classes, processor time, uptime and build.
 *
 * <p>Safe for use by many threads.
 */
public final class JvmMetrics implements MetricsSource {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    @Override
    public String name() {
        return "jvm";
    }

    @Override
    public void collect(MetricsSink sink) {
        for (Consumer<MetricsSink> reading : Readings.ALL) {
            reading.accept(sink);
        }
    }

    private static List<Consumer<MetricsSink>> readings() {
        List<Consumer<MetricsSink>> all = new ArrayList<>();
        memory(all);
        collectors(all);
        threads(all);
        virtualThreads(all);
        classes(all);
        process(all);
        return List.copyOf(all);
    }

    private static void memory(List<Consumer<MetricsSink>> all) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MetricId used = MetricId.of("tasker_jvm_memory_used_bytes", "Memory in use.");
        MetricId committed =
                MetricId.of("tasker_jvm_memory_committed_bytes", "Memory that the operating system has granted.");
        MetricId max = MetricId.of("tasker_jvm_memory_max_bytes", "Memory that may be granted at most.");
        all.add(usage(memory::getHeapMemoryUsage, "area", "heap", used, committed, max));
        all.add(usage(memory::getNonHeapMemoryUsage, "area", "nonheap", used, committed, max));

        MetricId poolUsed = MetricId.of("tasker_jvm_memory_pool_used_bytes", "Memory in use in a pool.");
        MetricId poolCommitted = MetricId.of(
                "tasker_jvm_memory_pool_committed_bytes", "Memory that the operating system has granted to a pool.");
        MetricId poolMax =
                MetricId.of("tasker_jvm_memory_pool_max_bytes", "Memory that may be granted to a pool at most.");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            all.add(usage(pool::getUsage, "pool", pool.getName(), poolUsed, poolCommitted, poolMax));
        }
    }

    private static Consumer<MetricsSink> usage(
            Supplier<MemoryUsage> usage, String label, String value, MetricId used, MetricId committed, MetricId max) {
        MetricId usedHere = used.with(label, value);
        MetricId committedHere = committed.with(label, value);
        MetricId maxHere = max.with(label, value);
        return sink -> {
            MemoryUsage now = usage.get();
            sink.gauge(usedHere, (double) now.getUsed());
            sink.gauge(committedHere, (double) now.getCommitted());
            sink.gauge(maxHere, now.getMax() < 0 ? Double.NaN : (double) now.getMax());
        };
    }

    private static void collectors(List<Consumer<MetricsSink>> all) {
        MetricId collections = MetricId.of("tasker_jvm_gc_collections_total", "Garbage collections that have ended.");
        MetricId time = MetricId.of("tasker_jvm_gc_collection_seconds_total", "Time spent in garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            MetricId collectionsHere = collections.with("gc", collector.getName());
            MetricId timeHere = time.with("gc", collector.getName());
            all.add(sink -> {
                sink.counter(collectionsHere, Math.max(0, collector.getCollectionCount()));
                sink.time(timeHere, Math.max(0, collector.getCollectionTime()) * NANOS_PER_MILLI);
            });
        }
    }

    private static void threads(List<Consumer<MetricsSink>> all) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        MetricId live = MetricId.of("tasker_jvm_threads", "Platform threads that are alive.");
        MetricId daemon = MetricId.of("tasker_jvm_daemon_threads", "Platform threads that are alive and daemons.");
        MetricId peak = MetricId.of("tasker_jvm_peak_threads", "Platform threads that were alive at once, at most.");
        MetricId started = MetricId.of("tasker_jvm_threads_started_total", "Platform threads that were started.");
        all.add(sink -> {
            sink.gauge(live, threads.getThreadCount());
            sink.gauge(daemon, threads.getDaemonThreadCount());
            sink.gauge(peak, threads.getPeakThreadCount());
            sink.counter(started, threads.getTotalStartedThreadCount());
        });
    }

    /**
     * A virtual thread that is pinned keeps its carrier: more carriers than asked for, or a line that grows, show it.
     */
    private static void virtualThreads(List<Consumer<MetricsSink>> all) {
        VirtualThreadSchedulerMXBean scheduler =
                ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        MetricId parallelism = MetricId.of(
                "tasker_jvm_virtual_thread_parallelism", "Virtual threads that are to run at once, at most.");
        MetricId carriers = MetricId.of(
                "tasker_jvm_virtual_thread_carriers",
                "Platform threads that carry virtual ones; more than the parallelism where virtual threads are pinned.");
        MetricId mounted = MetricId.of(
                "tasker_jvm_virtual_threads_mounted", "Virtual threads that have a carrier, pinned or not.");
        MetricId queued = MetricId.of(
                "tasker_jvm_virtual_threads_queued", "Virtual threads that could run and wait for a carrier.");
        all.add(sink -> {
            // The bean answers -1 where a figure is not known.
            sink.gauge(parallelism, known(scheduler.getParallelism()));
            sink.gauge(carriers, known(scheduler.getPoolSize()));
            sink.gauge(mounted, known(scheduler.getMountedVirtualThreadCount()));
            sink.gauge(queued, known(scheduler.getQueuedVirtualThreadCount()));
        });
    }

    private static double known(long figure) {
        return figure < 0 ? Double.NaN : (double) figure;
    }

    private static void classes(List<Consumer<MetricsSink>> all) {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        MetricId present = MetricId.of("tasker_jvm_classes", "Classes that are loaded now.");
        MetricId loaded = MetricId.of("tasker_jvm_classes_loaded_total", "Classes that were loaded.");
        MetricId unloaded = MetricId.of("tasker_jvm_classes_unloaded_total", "Classes that were unloaded again.");
        all.add(sink -> {
            sink.gauge(present, classes.getLoadedClassCount());
            sink.counter(loaded, classes.getTotalLoadedClassCount());
            sink.counter(unloaded, classes.getUnloadedClassCount());
        });
    }

    private static void process(List<Consumer<MetricsSink>> all) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        MetricId cpu = MetricId.of("tasker_jvm_cpu_seconds_total", "Processor time that the process has used.");
        MetricId processors = MetricId.of("tasker_jvm_processors", "Processors that the process may use.");
        MetricId uptime = MetricId.of("tasker_jvm_uptime_seconds", "Time since the virtual machine started.");
        MetricId info = new MetricId(
                "tasker_build_info",
                "The build that runs and what it runs on; always 1.",
                Map.of(
                        "version", version(),
                        "java_version", Runtime.version().toString(),
                        "java_vendor", runtime.getVmVendor()));
        all.add(sink -> {
            sink.time(cpu, Math.max(0, system.getProcessCpuTime()));
            sink.gauge(processors, system.getAvailableProcessors());
            sink.gauge(uptime, runtime.getUptime() / MILLIS_PER_SECOND);
            sink.gauge(info, 1);
        });
    }

    private static String version() {
        return Optional.ofNullable(JvmMetrics.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("unknown");
    }

    /**
     * What is read, made at the first scrape: the management beans take longer to load than a worker takes to start.
     */
    private static final class Readings {
        static final List<Consumer<MetricsSink>> ALL = readings();
    }
}
