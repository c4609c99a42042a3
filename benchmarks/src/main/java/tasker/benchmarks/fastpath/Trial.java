package tasker.benchmarks.fastpath;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** Measure one contestant in a process of its own, and print a line for each figure. */
public final class Trial {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BATCH = 1_024;
    private static final int APART = 16;
    private static final Event EVENT = new Event(0);

    /** The CPU's time rather than the clock's, as others use the machine too. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Contestant contestant;

    private Trial(Contestant contestant) {
        this.contestant = contestant;
    }

    /** Run the trials of the contestant that is named first, or those whose names start with the second argument. */
    public static void main(String[] arguments) throws Exception {
        Trial trial = new Trial(Contestant.valueOf(arguments[0]));
        trial.run(arguments.length > 1 ? arguments[1] : "");
        System.exit(0); // Some peers leave threads that wait for ever.
    }

    private void run(String only) throws Exception {
        if (contestant.costOfOne && "cost 1".startsWith(only)) {
            cost();
        }
        if (contestant.costOfTwo && "cost 2".startsWith(only)) {
            costOfTwo();
        }
        for (boolean lossless : new boolean[] {true, false}) {
            for (int publishers = 1; publishers <= contestant.publishers; publishers++) {
                for (int subscribers : new int[] {1, 3}) {
                    String name = (lossless ? "all " : "flood ") + publishers + "x" + subscribers;
                    if (name.startsWith(only)) {
                        deliver(name, publishers, subscribers, lossless);
                    }
                }
            }
        }
        if (contestant.latency && "parked".startsWith(only)) {
            latency("parked", contestant == Contestant.SLEEPING ? 100 : 1_000, Duration.ofMillis(1));
        }
        if (contestant.latency && "busy".startsWith(only) && contestant != Contestant.SLEEPING) {
            latency("busy", 100_000, Duration.ofNanos(5_000));
        }
    }

    /** Nanoseconds and bytes of one publish, while the subscribers do not run. */
    private void cost() {
        try (Peer peer = contestant.peer.get()) {
            peer.subscribeIdle();
            timeBatches(peer, SECOND);
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long[] measured = timeBatches(peer, SECOND);
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            report("cost 1", (double) measured[0] / measured[1]);
            report("bytes", Math.floor((double) allocated / measured[1]));
        }
    }

    /** The time that batches took, and how many were published. */
    private static long[] timeBatches(Peer peer, long nanos) {
        long spent = 0;
        long published = 0;
        while (spent < nanos / 2) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < BATCH; i++) {
                peer.offer(EVENT);
            }
            spent += THREADS.getCurrentThreadCpuTime() - start;
            published += BATCH;
            peer.settle();
        }
        return new long[] {spent, published};
    }

    /**
     * Nanoseconds of one publish while another thread publishes, too. On a machine with other work two threads seldom
     * run at once: only batches count that were not interrupted and in which the other one got on.
     */
    private void costOfTwo() throws InterruptedException {
        try (Peer peer = contestant.peer.get()) {
            peer.subscribeIdle();
            AtomicLongArray progress = new AtomicLongArray(4 * APART);
            Queue<Double> costs = new ConcurrentLinkedQueue<>();
            long start = System.nanoTime();
            List<Thread> publishers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int mine = APART * (i + 1);
                int other = APART * (2 - i);
                publishers.add(Threads.start(() -> {
                    for (long now = start; now - start < 2 * SECOND; ) {
                        long others = progress.get(other);
                        long cpu = THREADS.getCurrentThreadCpuTime();
                        long clock = System.nanoTime();
                        for (int k = 0; k < BATCH; k++) {
                            peer.offer(EVENT);
                        }
                        now = System.nanoTime();
                        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
                        progress.incrementAndGet(mine);
                        boolean both = progress.get(other) - others > 0 && now - clock < 2 * cpu;
                        if (both && now - start > SECOND) {
                            costs.add((double) (now - clock) / BATCH);
                        }
                    }
                }));
            }
            for (Thread publisher : publishers) {
                publisher.join();
            }
            if (!costs.isEmpty()) {
                report("cost 2", Figures.Spread.of(List.copyOf(costs)).median());
            }
        }
    }

    /** Events a second that arrived, over all subscribers. */
    private void deliver(String name, int publishers, int subscribers, boolean lossless) throws InterruptedException {
        try (Peer peer = contestant.peer.get()) {
            List<Sink> sinks = new ArrayList<>();
            for (int i = 0; i < subscribers; i++) {
                sinks.add(Sink.counting());
            }
            peer.deliverTo(sinks);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong published = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < publishers; i++) {
                threads.add(Threads.start(() -> {
                    long count = 0;
                    while (!stop.get()) {
                        for (int k = 0; k < 64; k++) {
                            if (lossless) {
                                peer.publish(EVENT);
                            } else {
                                peer.offer(EVENT);
                            }
                        }
                        count += 64;
                    }
                    published.addAndGet(count);
                }));
            }
            LockSupport.parkNanos(SECOND);
            long before = delivered(sinks);
            long start = System.nanoTime();
            LockSupport.parkNanos(SECOND);
            long after = delivered(sinks);
            double seconds = (System.nanoTime() - start) / (double) SECOND;
            report(name, (after - before) / seconds);
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            if (lossless) {
                await(sinks, published.get());
            }
        }
    }

    private void latency(String name, int events, Duration pause) throws InterruptedException {
        try (Peer peer = contestant.peer.get()) {
            Sink sink = Sink.timing(events);
            peer.deliverTo(List.of(sink));
            for (int i = 0; i < 2 * events; i++) {
                peer.publish(new Event(System.nanoTime()));
                pause(pause.toNanos());
            }
            await(List.of(sink), 2L * events);
            report(name + " p50", sink.latency(0.5));
            report(name + " p99", sink.latency(0.99));
        }
    }

    /** Sleep, or for a pause too short for that, spin. */
    private static void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        if (nanos > 100_000) {
            LockSupport.parkNanos(nanos);
        }
        while (until - System.nanoTime() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Wait for the last to arrive; a peer that lost one would have measured something else. */
    private void await(List<Sink> sinks, long expected) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (Sink sink : sinks) {
            while (sink.count() < expected) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException(contestant + " lost " + (expected - sink.count()));
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static long delivered(List<Sink> sinks) {
        return sinks.stream().mapToLong(Sink::count).sum();
    }

    private static void report(String name, double value) {
        System.out.println(name + "=" + value);
    }
}
