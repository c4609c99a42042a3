package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;

/** Drop plugins beside the image whose constructors do what they must not. */
class BadProviderIT {
    @TempDir
    Path work;

    @TempDir
    Path plugins;

    @Test
    void whoEndsTheProcessIsNamedWithTheLine() throws Exception {
        plugin("quitter", "System.exit(7);");

        try (Tasker tasker = Tasker.run("modules", "--plugins", plugins.toString())) {
            assertThat(tasker.awaitExit()).isEqualTo(7);
            assertThat(tasker.err())
                    .contains(
                            "TASKER-P211",
                            "quitter.Handler",
                            plugins.resolve("quitter.jar").toString())
                    .containsPattern("at=\\S*quitter\\.Handler\\.<init>\\(Handler\\.java:\\d+\\)");
        }
    }

    @Test
    void whoBlocksIsLeftOutAndAllElseIsThere() throws Exception {
        plugin("sleeper", "new java.util.concurrent.Semaphore(0).acquireUninterruptibly();");
        plugin("thrower", "throw new IllegalStateException(\"no licence\");");

        try (Tasker tasker =
                Tasker.run("modules", "--plugins", plugins.toString(), "--set", "worker.provider-timeout-ms=5000")) {
            assertThat(tasker.awaitExit()).as(tasker.err()).isZero();
            assertThat(tasker.out())
                    .containsPattern("skipped: TASKER-P210 .*sleeper.Handler.* within 5000 ms")
                    .containsPattern("skipped: TASKER-P202 .*thrower.Handler.* no licence")
                    .contains("inprocess", "pgmq");
        }
    }

    private void plugin(String name, String constructor) {
        TestJars jars = new TestJars(work);
        jars.jar(
                plugins.resolve(name + ".jar"),
                jars.compile(
                        name,
                        Map.of(
                                "module-info.java",
                                TestJars.descriptor(name, ""),
                                name + "/Handler.java",
                                TestJars.handler(name, "\"" + name + "\"")
                                        .replace(
                                                "public String name()",
                                                "public Handler() { " + constructor + " }"
                                                        + " public String name()"))));
    }
}
