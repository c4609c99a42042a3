package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Put one bad plugin beside a good one: the bad one is refused with its code, and the good one runs. */
class BadJarTests {
    @TempDir
    Path root;

    private PluginBench bench;

    @BeforeEach
    void prepare() {
        bench = new PluginBench(root);
    }

    @AfterEach
    void deleteCopies() {
        bench.close();
    }

    /**
     * Make a plugin that is bad in one way.
     *
     * @param what the way
     * @param code what it is refused with
     * @param says what its refusal tells
     * @param maker puts it at this place, which is a jar or a folder that does not exist
     */
    record Bad(String what, String code, String says, Maker maker) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** Make something bad. */
    @FunctionalInterface
    interface Maker {
        void make(PluginBench bench, Path place) throws IOException;
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad(
                        "no jar at all",
                        "TASKER-P103",
                        "no jar at all",
                        (bench, place) -> Files.writeString(place, "this is no jar")),
                new Bad("empty", "TASKER-P110", "is empty", (bench, place) -> Files.createFile(place)),
                new Bad("half copied", "TASKER-P110", "cut off or damaged", (bench, place) -> {
                    byte[] whole = Files.readAllBytes(bench.plugin(place, "bad", "", ""));
                    Files.write(place, Arrays.copyOf(whole, whole.length / 2));
                }),
                new Bad("last bytes missing", "TASKER-P110", "cut off or damaged", (bench, place) -> {
                    byte[] whole = Files.readAllBytes(bench.plugin(place, "bad", "", ""));
                    Files.write(place, Arrays.copyOf(whole, whole.length - 1));
                }),
                new Bad(
                        "without entries",
                        "TASKER-P108",
                        "holds no class",
                        (bench, place) -> new ZipOutputStream(Files.newOutputStream(place)).close()),
                new Bad(
                        "without services",
                        "TASKER-P108",
                        "provides none",
                        (bench, place) -> bench.jars.jar(
                                place,
                                bench.jars.compile(
                                        "bad",
                                        Map.of(
                                                "module-info.java",
                                                "module bad {}",
                                                "bad/A.java",
                                                "package bad; class A {}")))),
                new Bad("a services file that names nothing", "TASKER-P103", "not in JAR file", (bench, place) -> {
                    Path classes = bench.jars.compile("bad", Map.of("bad/A.java", "package bad; class A {}"));
                    bench.jars.jar(place, TestJars.withHandler(classes, "nowhere.Missing"));
                }),
                new Bad("a name that is no module's", "TASKER-P103", "not a Java identifier", (bench, place) -> {
                    Path folder = Files.createDirectory(folder(place));
                    Path classes = bench.jars.compile("bad", Map.of("bad/A.java", "package bad; public class A {}"));
                    bench.jars.jar(folder.resolve("3rd-party.jar"), classes);
                }),
                new Bad("a package twice", "TASKER-P118", "bad.jar (module bad) and in other.jar", (bench, place) -> {
                    Path folder = Files.createDirectory(folder(place));
                    bench.plugin(folder.resolve("bad.jar"), "bad", "", "");
                    bench.jars.jar(
                            folder.resolve("other.jar"),
                            bench.jars.compile(
                                    "other",
                                    Map.of(
                                            "module-info.java", "module other { }",
                                            "bad/Other.java", "package bad; class Other {}")));
                }),
                new Bad("a module twice", "TASKER-P107", "in one.jar and two.jar", (bench, place) -> {
                    Path folder = Files.createDirectory(folder(place));
                    Files.copy(bench.plugin(folder.resolve("one.jar"), "bad", "", ""), folder.resolve("two.jar"));
                }),
                new Bad(
                        "a folder without jars",
                        "TASKER-P102",
                        "holds no jar",
                        (bench, place) -> Files.createDirectory(folder(place))),
                new Bad("a package of a module that it reads", "TASKER-P109", "org.slf4j", (bench, place) -> {
                    Path classes = bench.jars.compile(
                            "bad",
                            Map.of(
                                    "bad/Handler.java",
                                    TestJars.handler("bad", "\"bad\""),
                                    "org/slf4j/Logger.java",
                                    "package org.slf4j; public class Logger {}"));
                    bench.jars.jar(place, TestJars.withHandler(classes, "bad.Handler"));
                }));
    }

    private static Path folder(Path jar) {
        String name = String.valueOf(jar.getFileName());
        return jar.resolveSibling(name.substring(0, name.length() - ".jar".length()));
    }

    @Test
    void aJarThatIsDamagedInTheMiddleIsFoundByReadingAllOfIt() throws IOException {
        Path jar = bench.plugin("bad", "");
        byte[] bytes = Files.readAllBytes(jar);
        // Within the first entry's compressed bytes, after its header of 30 bytes and its name.
        for (int i = 60; i < 90; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(jar, bytes);

        Refusal refusal = PluginBench.refusal(bench.loadThoroughly(), "bad");

        assertThat(refusal.message()).startsWith("TASKER-P110").contains("damaged");
    }

    @Test
    void aClassOfALibraryThatIsTooNewIsFoundByReadingAllOfIt() throws IOException {
        int newer = Runtime.version().feature() + 1;
        Path place = Files.createDirectory(bench.folder.resolve("bad"));
        bench.plugin(place.resolve("bad.jar"), "bad", "", "");
        Path classes = bench.jars.compile("library", Map.of("library/A.java", "package library; public class A {}"));
        TestJars.setMajorVersion(classes.resolve("library/A.class"), newer + 44);
        bench.jars.jar(place.resolve("library.jar"), classes);

        assertThat(PluginBench.refusal(bench.loadThoroughly(), "bad").message())
                .startsWith("TASKER-P105")
                .contains("class library.A in library.jar", "Java " + newer);
    }

    @Test
    void aCallThatWouldEndTheWorkerIsNoted() {
        bench.jars.jar(
                bench.folder.resolve("quitter.jar"),
                bench.jars.compile(
                        "quitter",
                        Map.of(
                                "module-info.java",
                                TestJars.descriptor("quitter", ""),
                                "quitter/Handler.java",
                                TestJars.handler("quitter", "name(1)")
                                        .replace(
                                                "public String name()",
                                                "static String name(int code) { System.exit(code); return \"\"; }"
                                                        + " public String name()"))));

        assertThat(bench.loadThoroughly().plugins().getFirst().description().notes())
                .containsExactly("class quitter.Handler in quitter.jar calls System.exit, which would end the worker");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefusedAndSpoilsNoOther(Bad bad) throws IOException {
        bench.plugin("good", "");
        bad.maker().make(bench, bench.folder.resolve("bad.jar"));

        LoadedPlugins loaded = bench.load();

        assertThat(bench.handlers(loaded)).containsExactly("good");
        Refusal refusal = PluginBench.refusal(loaded, "bad");
        assertThat(refusal.code()).as(refusal.message()).isEqualTo(bad.code());
        assertThat(refusal.cause()).contains(bad.says());
        assertThat(refusal.remedy()).isNotBlank();
        assertThat(loaded.skipped())
                .singleElement()
                .satisfies(report -> assertThat(report.problem()).contains(refusal.message()));
    }
}
