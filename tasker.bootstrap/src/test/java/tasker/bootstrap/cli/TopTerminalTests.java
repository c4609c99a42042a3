package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.client.TestServer;

/** {@code tasker top} as a process on a real terminal. */
@Timeout(300)
@EnabledIf("tasker.bootstrap.cli.TestTerminal#isPossible")
class TopTerminalTests {
    private static final String OVERVIEW = """
            {"worker_id":"w-1","run_id":"a","namespace":"shop","environment":"test","state":"running",
             "health":{"status":"healthy","components":{@ALL@}},"metrics":{"uptime_seconds":1},"execution":{},
             "channels":{},"queues":{},"handlers":{}}""";

    private static final String ENDED_BY_CTRL_C = "code 130\r\ngiven back";

    @TempDir
    Path folder;

    @Test
    void itIsDrawnAnewAtAnotherSizeWhichIsNotAskedForWithEachFrame() throws Exception {
        try (TestServer server = worker(40);
                TestTerminal terminal = new TestTerminal(folder, Map.of(), top(server))) {
            terminal.awaitOutput("more lines");
            int asked = server.requests().size();
            terminal.await("some frames", () -> server.requests().size() > asked + 3);
            assertThat(terminal.sizesAsked()).isEqualTo(1);

            terminal.resize(60, 100);
            terminal.awaitOutput("c-39");
            terminal.pressCtrlC();

            assertThat(terminal.readToTheEnd()).contains(ENDED_BY_CTRL_C);
            // Rows and columns may change one after the other.
            assertThat(terminal.sizesAsked()).isBetween(2L, 3L);
        }
    }

    @Test
    void aSecondCtrlCGivesTheTerminalBackAlthoughItTakesNothing() throws Exception {
        Map<String, String> huge = Map.of("COLUMNS", "400", "LINES", "9000");
        try (TestServer server = worker(3_000);
                TestTerminal terminal = new TestTerminal(folder, huge, top(server))) {
            terminal.await("nobody has read what it drew", terminal::isFull);
            terminal.await("it has ended", () -> !terminal.interrupt());

            assertThat(terminal.readToTheEnd()).contains(ENDED_BY_CTRL_C);
        }
    }

    private static String[] top(TestServer server) {
        return new String[] {"top", "--url", server.uri().toString()};
    }

    private static TestServer worker(int components) throws IOException {
        String all = IntStream.range(0, components)
                .mapToObj(i -> "\"c-%d\":{\"name\":\"c-%d\",\"status\":\"healthy\",\"message\":\"%s\"}"
                        .formatted(i, i, "well ".repeat(20)))
                .collect(Collectors.joining(","));
        String body = OVERVIEW.replace("@ALL@", all);
        return new TestServer(request -> TestServer.response(200, "application/json", body));
    }
}
