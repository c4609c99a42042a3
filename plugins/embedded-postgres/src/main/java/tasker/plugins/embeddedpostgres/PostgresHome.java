package tasker.plugins.embeddedpostgres;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Hold the folder of a PostgreSQL installation, with {@code bin}, {@code lib} and {@code share}.
 *
 * @param folder absolute
 */
record PostgresHome(Path folder) {
    /**
     * Find the installation: the folder that is set, else {@code postgres} beside this plugin's jar.
     *
     * @throws TaskerException {@code TASKER-D202} when there is none
     */
    static PostgresHome find(Optional<Path> setting) {
        String origin = setting.isPresent() ? "set by embedded-postgres.home" : "beside the plugin's jar";
        Path folder = setting.or(PostgresHome::besideTheJar)
                .orElseThrow(() -> missing("the plugin was not loaded from a jar, so nothing lies beside it"))
                .toAbsolutePath()
                .normalize();
        PostgresHome home = new PostgresHome(folder);
        for (Path program : new Path[] {home.initdb(), home.postgres()}) {
            if (!Files.isExecutable(program)) {
                throw missing(program + " (" + origin + ") "
                        + (Files.exists(program) ? "is not executable" : "does not exist"));
            }
        }
        return home;
    }

    Path initdb() {
        return folder.resolve("bin/initdb");
    }

    Path postgres() {
        return folder.resolve("bin/postgres");
    }

    /** Data that a temporary server can start from, without a password that anybody knows; made by the build. */
    Optional<Path> template() {
        return Optional.of(folder.resolve("template"))
                .filter(template -> Files.isReadable(template.resolve("PG_VERSION")));
    }

    private static Optional<Path> besideTheJar() {
        return Optional.ofNullable(PostgresHome.class.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .filter(location -> location.getProtocol().equals("file"))
                .map(PostgresHome::path)
                .map(jar -> jar.resolveSibling("postgres"));
    }

    private static Path path(URL location) {
        try {
            return Path.of(location.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the plugin's own location is no URI: " + location, e);
        }
    }

    private static TaskerException missing(String problem) {
        return new TaskerException(
                "TASKER-D202",
                "no PostgreSQL to run: " + problem
                        + "; install the plugin with its folder postgres, or set embedded-postgres.home to a folder"
                        + " with bin, lib and share of PostgreSQL 18");
    }
}
