package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tasker.events.api.TaskerException;

/** Know what this machine can run, and as whom. */
final class Platform {
    private static final long PROBE_SECONDS = 10;
    private static final List<String> NEW_USER_NAMESPACE = List.of("unshare", "-U", "--");

    private Platform() {}

    /**
     * Refuse a machine that the shipped binaries do not run on.
     *
     * @throws TaskerException {@code TASKER-D201} unless this is Linux on amd64
     */
    static void check(String osName, String architecture) {
        boolean linux = osName.toLowerCase(Locale.ROOT).startsWith("linux");
        boolean amd64 = architecture.equals("amd64") || architecture.equals("x86_64");
        if (!linux || !amd64) {
            throw new TaskerException(
                    "TASKER-D201",
                    "embedded PostgreSQL runs on Linux on amd64, this is " + osName + " on " + architecture
                            + "; use a PostgreSQL server of your own: set database.url (TASKER_DATABASE_URL)");
        }
    }

    /**
     * What a command line must start with so that PostgreSQL agrees to run: it refuses the user root, but not a root
     * that it cannot recognise in a user namespace of its own, where files still belong to the real user.
     *
     * @throws TaskerException {@code TASKER-D203} when this process is root and may not make a user namespace
     */
    static List<String> commandPrefix() throws IOException, InterruptedException {
        if (!isRoot()) {
            return List.of();
        }
        String problem;
        try {
            Process probe = new ProcessBuilder("unshare", "-U", "--", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0) {
                return NEW_USER_NAMESPACE;
            }
            probe.destroyForcibly();
            problem = "'unshare -U' is not permitted here";
        } catch (IOException e) {
            problem = "the command unshare cannot be started: " + e.getMessage();
        }
        throw new TaskerException(
                "TASKER-D203",
                "PostgreSQL does not run as root, and it cannot be put into a user namespace because " + problem
                        + "; run the worker as another user, allow user namespaces (sysctl user.max_user_namespaces; in"
                        + " a container the seccomp profile), or set database.url to a server of your own");
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
    }
}
