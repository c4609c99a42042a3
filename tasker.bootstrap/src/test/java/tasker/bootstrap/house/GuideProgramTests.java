package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Run the whole programs of the guides as a newcomer does: pasted into a file, with our jars on a path. */
class GuideProgramTests {
    private static final Pattern PROGRAM = Pattern.compile(
            "(?s)```java\n(import .*?public final class (\\w+) .*?)```\n.*?It prints:\n\n```text\n(.*?)```");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"class path", "module path"})
    void theProgramOfTheFastPathPrintsWhatTheGuideSays(String kind) throws Exception {
        Matcher guide = PROGRAM.matcher(Reactor.read(Reactor.ROOT.resolve("docs/guides/fast-path.md")));
        assertThat(guide.find()).as("a program and what it prints").isTrue();
        Path program = Files.writeString(folder.resolve(guide.group(2) + ".java"), guide.group(1));

        List<String> options = kind.equals("class path")
                ? List.of("-cp", path())
                : List.of("-p", path(), "--add-modules", "ALL-MODULE-PATH");

        // Each way to subscribe has a thread of its own, so only the order of the lines is open.
        assertThat(run(options, program))
                .containsExactlyInAnyOrderElementsOf(guide.group(3).lines().toList());
    }

    private List<String> run(List<String> options, Path program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(program.toString());
        Path printed = folder.resolve("printed");
        Path complaints = folder.resolve("complaints");
        Process process = new ProcessBuilder(command)
                .redirectOutput(printed.toFile())
                .redirectError(complaints.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
            assertThat(process.exitValue()).as(Files.readString(complaints)).isZero();
            return Files.readAllLines(printed);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the guide tells to put there, as this process has it. */
    private static String path() {
        String separator = System.getProperty("path.separator");
        String own = System.getProperty("jdk.module.path", "") + separator + System.getProperty("java.class.path", "");
        return Stream.of(own.split(separator))
                .filter(entry -> Stream.of(
                                "/tasker.events.api",
                                "/tasker.native",
                                "/tasker.events.inprocess",
                                "/jackson-",
                                "/slf4j-api")
                        .anyMatch(entry::contains))
                .distinct()
                .collect(Collectors.joining(separator));
    }
}
