package tasker.bootstrap.console;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Write numbers for people, the same in every locale. */
public final class Formats {
    private Formats() {}

    /** A count with groups of three digits: {@code 12,345}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A count of things: {@code 1 order}, {@code 12,345 orders}. */
    public static String count(long value, String thing) {
        return count(value) + " " + thing + (value == 1 ? "" : "s");
    }

    /** A duration in seconds: {@code 2.1 s}. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /** A duration in milliseconds: {@code 2.134 ms}. */
    public static String millis(double millis) {
        return String.format(Locale.ROOT, "%,.3f ms", millis);
    }
}
