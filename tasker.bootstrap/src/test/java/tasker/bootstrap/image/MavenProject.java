package tasker.bootstrap.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Build a project of a third party with Maven as its author would: somewhere else, with a pom of its own, against the
 * artifacts of this build.
 *
 * <p>Nothing is installed: the build sees a repository whose group {@code tasker} holds what this build made, and which
 * is a link to the local repository for all else. It runs offline, so the project's pom may name only plugins and
 * libraries that this build uses too.
 */
public final class MavenProject {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path REPOSITORY =
            Path.of("target/third-party-repository").toAbsolutePath();
    private static final String GROUP = "tasker";
    private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(.+?)</artifactId>");
    private static final Pattern VERSION = Pattern.compile("<version>(.+?)</version>");

    private final Path folder;

    private MavenProject(Path folder) {
        this.folder = folder;
    }

    /** Copy a project of this repository, such as {@code examples/custom-runtime}, without what was built there. */
    public static MavenProject copy(String source, Path target) throws IOException {
        Path from = ROOT.resolve(source);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !from.relativize(file).startsWith("target"))
                    .toList()) {
                Path copy = target.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return new MavenProject(target);
    }

    /**
     * Run Maven, such as {@code package}.
     *
     * @return the folder {@code target} of the project
     * @throws AssertionError with Maven's output when the build fails
     */
    public Path build(String... arguments) throws IOException, InterruptedException {
        fillRepository();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("tasker.test.maven"), "bin", "mvn").toString(),
                "--offline",
                "--batch-mode",
                "-Dmaven.repo.local=" + REPOSITORY));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("build.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        Process maven = builder.start();
        boolean ended = maven.waitFor(5, TimeUnit.MINUTES);
        maven.descendants().forEach(ProcessHandle::destroyForcibly);
        maven.destroyForcibly();
        if (!ended || maven.waitFor() != 0) {
            throw new AssertionError("the build of " + folder + " failed: "
                    + new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
        }
        return folder.resolve("target");
    }

    private static synchronized void fillRepository() throws IOException {
        Files.createDirectories(REPOSITORY.resolve(GROUP));
        try (Stream<Path> groups = Files.list(Path.of(System.getProperty("tasker.test.repository")))) {
            for (Path group : groups.toList()) {
                Path link = REPOSITORY.resolve(group.getFileName());
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, group);
                }
            }
        }
        String version = find(VERSION, read(ROOT.resolve("pom.xml")));
        add(ROOT, version);
        for (Matcher module = MODULE.matcher(read(ROOT.resolve("pom.xml"))); module.find(); ) {
            add(ROOT.resolve(module.group(1)), version);
        }
    }

    /** Put a module's pom there, and its jar if it has one. */
    private static void add(Path module, String version) throws IOException {
        Path pom = module.resolve("pom.xml");
        String artifact = find(ARTIFACT, read(pom).replaceFirst("(?s)<parent>.*?</parent>", ""));
        String name = artifact + "-" + version;
        Path place = Files.createDirectories(
                REPOSITORY.resolve(GROUP).resolve(artifact).resolve(version));
        replace(place.resolve(name + ".pom"), pom);
        Path jar = module.resolve("target").resolve(name + ".jar");
        if (Files.exists(jar)) {
            replace(place.resolve(name + ".jar"), jar);
        }
    }

    private static void replace(Path link, Path target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
