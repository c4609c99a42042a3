package tasker.bootstrap.assembly;

import java.nio.file.Path;

/**
 * Know where the runtime image lies, and what lies in it.
 *
 * @param path the image's folder
 */
public record RuntimeHome(Path path) {
    /** What to tell who looks for a worker of a runtime that does not {@link #answersOverHttp}. */
    public static final String NO_HTTP =
            "this runtime has no HTTP endpoint for health, metrics, configuration and events;"
                    + " add the module tasker.observability to the runtime image, as -Dtasker.modules=full does";

    private static final String HTTP_MODULE = "tasker.observability";

    /** The image of this process: system property {@code tasker.home}, else {@code java.home}. */
    public static RuntimeHome ofThisProcess() {
        return new RuntimeHome(Path.of(System.getProperty("tasker.home", System.getProperty("java.home"))));
    }

    /** Whether workers of this runtime can be asked over HTTP; on a class path it is taken for granted. */
    public static boolean answersOverHttp() {
        return !RuntimeHome.class.getModule().isNamed()
                || ModuleLayer.boot().findModule(HTTP_MODULE).isPresent();
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
