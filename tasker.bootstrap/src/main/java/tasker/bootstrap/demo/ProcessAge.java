package tasker.bootstrap.demo;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Know how long ago the Java virtual machine was started: what a person waits counts from there.
 *
 * <p>The process may be older: a script that built the image first becomes the virtual machine by {@code exec}.
 */
final class ProcessAge {
    /** {@link System#nanoTime()} as it would have been when the virtual machine started. */
    private final long begin;

    ProcessAge() {
        long startedAt = ManagementFactory.getRuntimeMXBean().getStartTime();
        begin = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - startedAt);
    }

    /** Nanoseconds from the start to this moment of {@link System#nanoTime()}. */
    long nanosAt(long moment) {
        return moment - begin;
    }

    /** This moment in seconds after the start, such as {@code 2.13 s}. */
    String at(long moment) {
        long centis = nanosAt(moment) / TimeUnit.MILLISECONDS.toNanos(10);
        return String.format(Locale.ROOT, "%d.%02d s", centis / 100, centis % 100);
    }
}
