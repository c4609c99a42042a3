package tasker.benchmarks.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Replace the part of a page that a benchmark has made. */
public final class Section {
    private Section() {}

    /** Put this text between the page's two comments of that name. */
    public static void replace(Path page, String name, String text) throws IOException {
        String begin = "<!-- " + name + ": made by benchmarks/run -->";
        String end = "<!-- " + name + ": end -->";
        String before = Files.readString(page);
        int from = before.indexOf(begin);
        int to = before.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException(page + " lacks '" + begin + "' before '" + end + "'");
        }
        Files.writeString(page, before.substring(0, from + begin.length()) + "\n" + text + "\n" + before.substring(to));
    }
}
