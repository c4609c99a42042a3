import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.plugins.embeddedpostgres.EmbeddedPostgres;

/**
 * Keep a copy of new data beside the PostgreSQL binaries: a temporary server starts faster from a copy than it makes
 * data of its own.
 *
 * <p>The data are made by the plugin itself, with a random password that nobody keeps; each server sets its own. Where
 * they cannot be made, as on another platform, the build goes on without them, and so does the plugin.
 *
 * <p>Run by Maven in source mode, with the plugin on the class path. Arguments: the folder of PostgreSQL, the folder of
 * the plugin's classes, a folder to work in.
 */
public final class MakeTemplate {
    private final Path home;

    private MakeTemplate(Path home) {
        this.home = home;
    }

    /** Make the template unless it is newer than what it is made from. */
    public static void main(String[] args) throws Exception {
        MakeTemplate build = new MakeTemplate(Path.of(args[0]).toAbsolutePath());
        Path template = build.home.resolve("template");
        Path stamp = template.resolve("PG_VERSION");
        if (Files.exists(stamp) && Files.getLastModifiedTime(stamp).compareTo(newest(Path.of(args[1]))) > 0) {
            return;
        }
        Path work = Path.of(args[2]).toAbsolutePath();
        delete(template);
        delete(work);
        try {
            build.makeIn(work);
        } catch (TaskerException e) {
            System.err.println(
                    "[WARNING] no template of a new database is made, so servers start more slowly: " + e.getMessage());
            return;
        }
        copy(work.resolve("data"), template);
        delete(work);
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(System.currentTimeMillis()));
    }

    private void makeIn(Path work) throws Exception {
        Map<String, String> values = Map.of("home", home.toString(), "data-directory", work.toString());
        EmbeddedPostgres postgres = new EmbeddedPostgres();
        try {
            postgres.start(new Context(values));
        } finally {
            postgres.close();
        }
    }

    /** Copy so that every user of the machine can read the copy, as every user can run the binaries. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                boolean directory = Files.isDirectory(file);
                Files.copy(file, target);
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(directory ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static FileTime newest(Path folder) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private record Context(Map<String, String> values) implements WorkerContext {
        @Override
        public Settings settings() {
            return new Settings() {
                @Override
                public <T> T get(SettingKey<T> key) {
                    return key.parse(values.getOrDefault(key.name(), key.defaultText()));
                }
            };
        }

        @Override
        public WorkerConfig worker() {
            throw new IllegalStateException("the plugin needs nothing of a worker");
        }

        @Override
        public Meters meters() {
            throw new IllegalStateException("the plugin records nothing");
        }

        @Override
        public DatabaseSettings database() {
            throw new IllegalStateException("the plugin is the database");
        }
    }
}
