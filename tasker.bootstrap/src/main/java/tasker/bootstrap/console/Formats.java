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

    /** A duration in its two largest units: {@code 42 s}, {@code 3 min 10 s}, {@code 4 h 2 min}, {@code 3 d 4 h}. */
    public static String duration(long seconds) {
        if (seconds >= TimeUnit.DAYS.toSeconds(1)) {
            return units(seconds, TimeUnit.DAYS, "d", TimeUnit.HOURS, "h");
        }
        if (seconds >= TimeUnit.HOURS.toSeconds(1)) {
            return units(seconds, TimeUnit.HOURS, "h", TimeUnit.MINUTES, "min");
        }
        if (seconds >= TimeUnit.MINUTES.toSeconds(1)) {
            return units(seconds, TimeUnit.MINUTES, "min", TimeUnit.SECONDS, "s");
        }
        return Math.max(0, seconds) + " s";
    }

    private static String units(long seconds, TimeUnit large, String largeName, TimeUnit small, String smallName) {
        long rest = seconds % large.toSeconds(1) / small.toSeconds(1);
        return seconds / large.toSeconds(1) + " " + largeName + (rest == 0 ? "" : " " + rest + " " + smallName);
    }

    /** A duration in milliseconds: {@code 2.134 ms}. */
    public static String millis(double millis) {
        return String.format(Locale.ROOT, "%,.3f ms", millis);
    }
}
