package tasker.bootstrap.assembly;

import java.nio.file.Path;

/**
 * Know where the runtime image lies, and what lies in it.
 *
 * @param path the image's folder
 */
public record RuntimeHome(Path path) {
    /** The image of this process: system property {@code tasker.home}, else {@code java.home}. */
    public static RuntimeHome ofThisProcess() {
        return new RuntimeHome(Path.of(System.getProperty("tasker.home", System.getProperty("java.home"))));
    }

    /** The folder whose jars and folders are loaded as plugins unless the configuration names another. */
    public Path plugins() {
        return path.resolve("plugins");
    }

    /** The folder of the example worker and its orders. */
    public Path demo() {
        return path.resolve("demo");
    }
}
