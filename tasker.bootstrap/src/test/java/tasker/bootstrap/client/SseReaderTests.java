package tasker.bootstrap.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SseReaderTests {
    @Test
    void eventsAreReadOffARealConnection() throws IOException {
        String stream = """
                : subscribed

                id: 1
                event: domain_event
                data: {"a":1}

                : alive

                event: missed
                data: {"missed":3}

                """;

        assertThat(read(stream))
                .containsExactly(new SseEvent("domain_event", "{\"a\":1}"), new SseEvent("missed", "{\"missed\":3}"));
    }

    @Test
    void linesOfDataAreJoinedAndOneBlankAfterTheColonIsDropped() throws IOException {
        assertThat(read("data:a\ndata:  b\ndata\n\n")).containsExactly(new SseEvent("message", "a\n b\n"));
    }

    @Test
    void carriageReturnsEndLinesToo() throws IOException {
        assertThat(read("event: x\r\ndata: 1\r\n\r\n")).containsExactly(new SseEvent("x", "1"));
    }

    @Test
    void anEventWithoutDataIsNone() throws IOException {
        assertThat(read("event: x\n\ndata: 1\n\n")).containsExactly(new SseEvent("message", "1"));
    }

    @Test
    void anEventThatTheEndCutsOffIsLeftOut() throws IOException {
        assertThat(read("data: 1\n\ndata: 2\n")).containsExactly(new SseEvent("message", "1"));
    }

    private static List<SseEvent> read(String stream) throws IOException {
        List<SseEvent> events = new ArrayList<>();
        try (TestServer server = new TestServer(request -> TestServer.stream(stream));
                SseReader reader = new WorkerClient(server.uri(), Optional.empty()).events("*")) {
            for (Optional<SseEvent> event = reader.next(); event.isPresent(); event = reader.next()) {
                events.add(event.get());
            }
        }
        return events;
    }
}
