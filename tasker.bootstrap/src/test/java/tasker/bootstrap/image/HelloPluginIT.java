package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Build the example of a plugin as a third party does, with Maven and our artifacts, and run it in the image. */
class HelloPluginIT {
    @TempDir
    static Path work;

    private static Path plugins;

    @BeforeAll
    static void build() throws Exception {
        Path project = work.resolve("project");
        copy(Path.of("../examples/hello-plugin"), project);
        offer("tasker.parent", Path.of("../pom.xml"));
        offer("tasker.events.api", Path.of("../tasker.events.api/pom.xml"));
        Files.copy(
                Path.of("../tasker.events.api/target/tasker.events.api-0.1.0.jar"),
                artifact("tasker.events.api").resolve("tasker.events.api-0.1.0.jar"));
        Path settings = Files.writeString(work.resolve("settings.xml"), settings());

        ProcessBuilder maven = new ProcessBuilder(
                        Path.of(System.getProperty("tasker.test.maven"), "bin", "mvn")
                                .toString(),
                        // Everything comes from the two folders that the settings name.
                        "-o",
                        "-Daether.offline.protocols=file",
                        "-Dmaven.repo.local=" + work.resolve("local"),
                        "-s",
                        settings.toString(),
                        "-q",
                        "-B",
                        "package")
                .directory(project.toFile())
                .redirectErrorStream(true);
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        maven.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = maven.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(printed).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).as("warnings of the compiler").doesNotContain("[WARNING] /");

        plugins = Files.createDirectory(work.resolve("plugins"));
        Files.copy(project.resolve("target/hello-plugin-1.0.0.jar"), plugins.resolve("hello-plugin-1.0.0.jar"));
    }

    @Test
    void itIsVerifiedListedAndExplained() throws Exception {
        String jar = plugins.resolve("hello-plugin-1.0.0.jar").toString();
        try (Tasker verify = Tasker.run("plugins", "verify", jar)) {
            assertThat(verify.awaitExit()).as(verify.out() + verify.err()).isZero();
            assertThat(verify.out()).startsWith("hello 1.0.0  loaded");
        }
        try (Tasker list = Tasker.run("plugins", "list", "--plugins", plugins.toString())) {
            assertThat(list.out().lines())
                    .anyMatch(line -> line.matches("hello +1\\.0\\.0 +loaded +FastTransport, HealthContributor, .*"))
                    .anyMatch(line -> line.matches("embedded-postgres +\\S+ +loaded +DatabaseProvider.*"));
        }
        try (Tasker explain = Tasker.run("plugins", "explain", "hello", "--plugins", plugins.toString())) {
            assertThat(explain.out())
                    .contains("module hello", "provides StepHandler with hello.Greeter")
                    .contains("requires tasker.events.api [0.1,1.0), by plugin hello: met by this runtime");
        }
    }

    @Test
    void itsStepIsRunItsEventsFlowThroughItsTransportAndItsHealthIsShown() throws Exception {
        try (Tasker worker = Tasker.start(
                "run",
                "--plugins",
                plugins.toString(),
                "--set",
                "worker.fast-transport=hello-locked",
                "--set",
                "worker.durable-transport=none",
                "--set",
                "observability.port=0")) {
            String url = worker.await("(http://127\\S+)").group(1);
            try (Tasker tail = Tasker.start("tail", "person.*", "--max", "1", "--json", "--url", url)) {
                Tasker.await(
                        () -> printed("metrics", "--prometheus", "--url", url).contains("tasker_hello_subscribers 1"));

                assertThat(printed("submit", "greet", "{\"person\": \"Ada\"}", "--wait", "--url", url))
                        .contains("Hello, Ada!");

                assertThat(tail.awaitExit()).as(tail.err()).isZero();
                assertThat(tail.out()).contains("person.greeted", "Hello, Ada!");
            }
            assertThat(printed("health", "--url", url)).containsPattern("greetings +healthy");
            worker.signal("TERM");
            worker.awaitExit();
            assertThat(worker.err()).contains("nothing left behind");
        }
    }

    private static String printed(String... command) {
        try (Tasker tasker = Tasker.run(command)) {
            return tasker.out();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Put a pom where a repository has it. */
    private static void offer(String name, Path pom) throws IOException {
        Files.copy(pom, Files.createDirectories(artifact(name)).resolve(name + "-0.1.0.pom"));
    }

    private static Path artifact(String name) {
        return work.resolve("offered/tasker").resolve(name).resolve("0.1.0");
    }

    private static String settings() {
        String ours = repository("ours", work.resolve("offered"));
        Path known = Path.of(System.getProperty("tasker.test.repository"));
        return "<settings><profiles><profile><id>local</id><repositories>" + ours
                + repository("known", known)
                + "</repositories><pluginRepositories>"
                + repository("known", known).replace("repository>", "pluginRepository>")
                + "</pluginRepositories></profile></profiles>"
                + "<activeProfiles><activeProfile>local</activeProfile></activeProfiles></settings>";
    }

    private static String repository(String id, Path folder) {
        return "<repository><id>" + id + "</id><url>" + folder.toUri() + "</url></repository>";
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(each -> !each.startsWith(from.resolve("target")))
                    .toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
