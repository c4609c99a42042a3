package tasker.bootstrap.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Link an image of some of the modules, as the build does but without an AOT cache, and look at it. */
record LinkedImage(Path home) {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String MODULE_PATH =
            "target/modules" + System.getProperty("path.separator") + "target/tasker.bootstrap-0.1.0.jar";

    /** Link; the outcome has what the build would print. */
    static Outcome link(Path home, String modules) throws IOException, InterruptedException {
        return run(List.of(
                JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "src/build/LinkImage.java",
                home.toString(),
                MODULE_PATH,
                modules,
                Path.of("..").toAbsolutePath().normalize().toString(),
                "without-cache"));
    }

    /** The names of the modules that are linked. */
    List<String> modules() throws IOException, InterruptedException {
        Outcome listed = run(List.of(home.resolve("bin/java").toString(), "--list-modules"));
        return listed.output().lines().map(line -> line.replaceFirst("@.*", "")).toList();
    }

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("still running: " + command);
        }
        return new Outcome(process.exitValue(), output);
    }

    /**
     * Hold how a program ended.
     *
     * @param exitCode 0 when all went well
     * @param output what it printed
     */
    record Outcome(int exitCode, String output) {}
}
