package tasker.bootstrap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tasker.bootstrap.client.WorkerClient;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Screen;
import tasker.bootstrap.console.ScreenSize;
import tasker.bootstrap.console.Style;
import tasker.events.api.TaskerException;

/**
 * Ask a worker once a second and draw what it says, until that ends; one thread runs it, any other may end it.
 *
 * <p>A worker that hangs is asked no second time: the screen goes on telling how long it has been silent.
 */
final class TopWatch {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long an answer may take before the worker counts as gone. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long it is told that the worker is back. */
    private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final int CTRL_D = 4;

    private final WorkerClient worker;
    private final Style style;
    private final TopHistory history = new TopHistory();
    private boolean ended;
    private long changes;
    private long answeredAt = System.nanoTime();
    private String failure = "";
    private String news = "";
    private long newsEnd = System.nanoTime();

    TopWatch(WorkerClient worker, Style style) {
        this.worker = worker;
        this.style = style;
    }

    /** Ask a worker. */
    static TopSample ask(WorkerClient worker) {
        return TopSample.parse(worker.get("/overview", "application/json").body());
    }

    /**
     * Ask for the first time.
     *
     * @throws TaskerException when that fails
     */
    void begin() {
        take(ask(worker));
    }

    /**
     * Draw until the end.
     *
     * @return whether the terminal was there until then
     */
    boolean run(Screen screen) throws InterruptedException {
        Thread.ofVirtual().name("tasker-top").start(this::keepAsking);
        while (true) {
            ScreenSize size = screen.size();
            List<String> lines;
            long drawn;
            synchronized (this) {
                if (ended) {
                    return true;
                }
                lines = frame(size);
                drawn = changes;
            }
            if (!screen.draw(lines)) {
                return false;
            }
            synchronized (this) {
                if (changes == drawn) {
                    TimeUnit.NANOSECONDS.timedWait(this, INTERVAL_NANOS);
                }
            }
        }
    }

    /** End the drawing. */
    synchronized void end() {
        ended = true;
        changed();
    }

    /** Draw once more, as the room for it is another one; called by any thread. */
    synchronized void redraw() {
        changed();
    }

    /** Read keys until one of them ends the drawing: q, or Ctrl-D. */
    void obey(InputStream keys) {
        try {
            int key = keys.read();
            while (key >= 0 && key != CTRL_D && Character.toLowerCase(key) != 'q') {
                key = keys.read();
            }
        } catch (IOException ignored) {
            // The terminal is gone, and what was drawn with it.
        }
        end();
    }

    private void keepAsking() {
        try {
            while (!isEndedWithin(INTERVAL_NANOS)) {
                try {
                    take(ask(worker));
                } catch (RuntimeException e) {
                    miss(String.valueOf(e.getMessage()));
                }
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isEndedWithin(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; !ended && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return ended;
    }

    private synchronized void take(TopSample sample) {
        long now = System.nanoTime();
        boolean wasGone = isGone(now);
        history.add(sample);
        if (wasGone || history.hasRestarted()) {
            news = (wasGone ? "back after " + seconds(now - answeredAt) : "back")
                    + (history.hasRestarted() ? ", started anew" : "");
            newsEnd = now + NEWS_NANOS;
        }
        failure = "";
        answeredAt = now;
        changed();
    }

    private synchronized void miss(String reason) {
        history.addNothing();
        failure = reason;
        changed();
    }

    private void changed() {
        changes++;
        notifyAll();
    }

    private boolean isGone(long now) {
        return !failure.isEmpty() || now - answeredAt > PATIENCE_NANOS;
    }

    private List<String> frame(ScreenSize size) {
        List<String> lines = TopFrame.of(history, notice(), style, size.columns(), true);
        if (lines.size() <= size.rows()) {
            return lines;
        }
        int shown = Math.max(0, size.rows() - 1);
        return Stream.concat(
                        lines.stream().limit(shown),
                        Stream.of(style.dim("… " + Formats.count(lines.size() - (long) shown, "more line"))))
                .toList();
    }

    private TopNotice notice() {
        long now = System.nanoTime();
        if (isGone(now)) {
            String reason = failure.isEmpty() ? "" : ": " + failure;
            return new TopNotice("does not answer since " + seconds(now - answeredAt) + reason, true);
        }
        return new TopNotice(now - newsEnd < 0 ? news : "", false);
    }

    private static String seconds(long nanos) {
        return Formats.duration(TimeUnit.NANOSECONDS.toSeconds(nanos));
    }
}
