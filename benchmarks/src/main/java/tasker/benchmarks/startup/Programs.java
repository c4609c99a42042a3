package tasker.benchmarks.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Know how the programs are started.
 *
 * @param root the repository
 * @param database the database for those that use one, as a URL with a user
 */
record Programs(Path root, String database) {
    static final String IMAGE = "linked image";
    static final String CLASS_PATH = "class path";
    static final String SPRING = "Spring Boot";
    static final String QUARKUS = "Quarkus";
    static final List<String> SELECTIONS = List.of("durable-only", "fast-only");

    private static final String READY = "/health/ready";

    /** Those that are started until they are ready. */
    List<Program> workers() {
        List<Program> workers = new ArrayList<>();
        workers.add(new Program(IMAGE, port -> with(tasker(image("full")), worker(port)), READY));
        workers.add(new Program(CLASS_PATH, port -> with(classPath(), worker(port)), READY));
        workers.add(new Program(SPRING, this::spring, "/actuator/health/readiness"));
        workers.add(new Program(QUARKUS, this::quarkus, "/q/health/ready"));
        workers.add(new Program("durable-only", port -> with(tasker(image("durable-only")), worker(port)), READY));
        workers.add(new Program(
                "fast-only",
                port -> with(tasker(image("fast-only")), List.of("run", "--set", "observability.port=" + port)),
                READY));
        return workers;
    }

    Path image(String selection) {
        return selection.equals("full")
                ? root.resolve("tasker.bootstrap/target/image")
                : root.resolve("benchmarks/target/images").resolve(selection);
    }

    static List<String> tasker(Path image) {
        return List.of(image.resolve("bin/tasker").toString());
    }

    /** The same classes and the same plugins on a plain class path. */
    List<String> classPath() {
        Path target = root.resolve("tasker.bootstrap/target");
        String separator = System.getProperty("path.separator");
        return List.of(
                java(),
                "-cp",
                target.resolve("modules") + "/*" + separator + target.resolve("tasker.bootstrap-0.1.0.jar"),
                "-Dtasker.home=" + image("full"),
                "tasker.bootstrap.Main");
    }

    List<String> worker(int port) {
        return List.of(
                "run", "--namespace", "startup", "--database-url", database, "--set", "observability.port=" + port);
    }

    static List<String> with(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private List<String> spring(int port) {
        return List.of(
                java(),
                "-jar",
                root.resolve("benchmarks/startup-peers/spring-boot/target/peer.jar")
                        .toString(),
                "--server.port=" + port,
                "--spring.datasource.url=" + database);
    }

    private List<String> quarkus(int port) {
        return List.of(
                java(),
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.datasource.jdbc.url=" + database,
                "-jar",
                root.resolve("benchmarks/startup-peers/quarkus/target/quarkus-app/quarkus-run.jar")
                        .toString());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
