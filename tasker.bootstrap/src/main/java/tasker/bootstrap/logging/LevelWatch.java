package tasker.bootstrap.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Look now and then whether the configuration file has other levels of loggers, and use them.
 *
 * <p>Looking costs one question to the file system; the file is read only when it has changed. It follows links, as
 * those of a Kubernetes ConfigMap, which are replaced as a whole. A file that is gone or wrong leaves the levels as
 * they are, and is logged.
 */
public final class LevelWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LevelWatch.class);

    private final Optional<Path> file;
    private final Supplier<LogSettings> reader;
    private final CountDownLatch closed = new CountDownLatch(1);
    private String seen = "";
    private LogSettings applied;

    LevelWatch(Optional<Path> file, LogSettings applied, Supplier<LogSettings> reader) {
        this.file = file;
        this.applied = applied;
        this.reader = reader;
    }

    /** Watch a file, if there is one; {@code reader} reads all layers of the configuration anew. */
    public static LevelWatch of(Optional<Path> file, Supplier<LogSettings> reader) {
        return new LevelWatch(file, Logging.settings(), reader);
    }

    /** Look from now on, pausing this long, on a thread of its own; a pause of zero never looks. */
    public void start(Duration pause) {
        if (pause.isPositive() && file.isPresent()) {
            Thread.ofVirtual().name("tasker-log-levels").start(() -> run(pause));
        }
    }

    private void run(Duration pause) {
        try {
            do {
                look();
            } while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    /** Look once; the first look reads the file in any case, since it may have changed after it was read. */
    void look() {
        try {
            String now = fingerprint();
            if (now.equals(seen)) {
                return;
            }
            seen = now;
            LogSettings found = reader.get();
            // The format stays: what reads the log would be surprised by another one in the middle.
            LogSettings wanted = new LogSettings(found.level(), applied.format(), found.levels());
            if (!wanted.equals(applied)) {
                applied = wanted;
                Logging.change(wanted);
                LOG.info(
                        "event=log_levels_changed file={} level={} levels={}",
                        file.orElseThrow(),
                        wanted.level(),
                        wanted.levels());
            }
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "event=log_levels_not_read file={} reason=\"{}; the levels stay\"",
                    file.orElseThrow(),
                    e.getMessage());
        }
    }

    private String fingerprint() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.orElseThrow(), BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + ' ' + attributes.fileKey();
        } catch (IOException ignored) {
            // The reader tells why, once.
            return "not there";
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
