package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;

/**
 * Look now and then what has happened to the plugin folder, and follow it: a new jar is loaded, a changed one replaces
 * its plugin, and the plugin of one that is gone is stopped.
 *
 * <p>A place is followed once it looks the same twice in a row, so that a jar is not read while it is being copied; one
 * that fails is tried again when it has changed.
 */
public final class PluginWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);

    private final RunningPlugins plugins;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<Path, String> lastLook = new HashMap<>();

    /** What a place looked like when following it failed. */
    private final Map<Path, String> failed = new HashMap<>();

    /** Watch the folders of these plugins, from {@link #start} on. */
    public PluginWatch(RunningPlugins plugins) {
        this.plugins = plugins;
    }

    /** Look from now on, pausing this long, on a thread of its own. */
    public void start(Duration pause) {
        Thread.ofPlatform().daemon().name("tasker-plugin-watch").start(() -> run(pause));
    }

    private void run(Duration pause) {
        try {
            while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    /** Look once. */
    void look() {
        try {
            Map<Path, String> known = plugins.places();
            Map<Path, String> now = new HashMap<>();
            PluginFolder.places(plugins.folders())
                    .forEach(place -> now.put(place.toAbsolutePath().normalize(), PluginFiles.fingerprint(place)));
            known.keySet().forEach(place -> now.putIfAbsent(place, ""));
            for (Path place : new TreeSet<>(now.keySet())) {
                String looks = now.getOrDefault(place, "");
                boolean stable = looks.equals(lastLook.get(place));
                if (stable && !looks.equals(known.getOrDefault(place, "")) && !looks.equals(failed.get(place))) {
                    follow(place, looks);
                }
            }
            failed.keySet().retainAll(now.keySet());
            lastLook = now;
        } catch (RuntimeException | Error e) {
            LOG.warn("event=plugin_folder_not_read reason=\"{}\"", e.getMessage());
        }
    }

    private void follow(Path place, String looks) {
        try {
            plugins.follow(place);
            failed.remove(place);
        } catch (TaskerException e) {
            failed.put(place, looks);
            LOG.warn("event=plugin_not_followed place={} reason=\"{}\"", place, e.getMessage());
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
