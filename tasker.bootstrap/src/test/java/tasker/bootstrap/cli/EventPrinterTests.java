package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.bootstrap.console.CapturedConsole;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.json.Json;

class EventPrinterTests {
    private final Deque<ReceivedEvent> queue = new ArrayDeque<>();
    private final List<ReceivedEvent> acknowledged = new ArrayList<>();
    private final List<ReceivedEvent> released = new ArrayList<>();
    private final StopRequest stop = new StopRequest(signal -> {}, signal -> {});
    private final CapturedConsole captured = CapturedConsole.pipes();

    @Test
    void everythingIsPrintedOneObjectALineAndAcknowledged() throws InterruptedException {
        fill(250);

        assertThat(printer(captured.console()).print(Long.MAX_VALUE, false)).isZero();

        assertThat(captured.out().lines())
                .hasSize(250)
                .allSatisfy(line -> assertThat(Json.object(line)).containsEntry("event_type", "order.created"));
        assertThat(acknowledged).hasSize(250);
        assertThat(released).isEmpty();
    }

    @Test
    void noMoreAreTakenThanWereAskedFor() throws InterruptedException {
        fill(5);

        assertThat(printer(captured.console()).print(3, true)).isZero();

        assertThat(acknowledged).hasSize(3);
        assertThat(queue).hasSize(2);
    }

    @Test
    void whatCouldNotBePrintedGoesBackIntoTheQueue() throws InterruptedException {
        fill(5);
        PrintStream out = new PrintStream(new PipeForTwo(), false, StandardCharsets.UTF_8);
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(notes, true, StandardCharsets.UTF_8);
        Console console = new Console(out, err, false, false, Map.of());

        assertThat(printer(console).print(Long.MAX_VALUE, true)).isEqualTo(141);

        assertThat(notes.toString(StandardCharsets.UTF_8)).contains("stays in the queue");

        assertThat(acknowledged).hasSize(2);
        assertThat(released).hasSize(3);
    }

    @Test
    void aStopLeavesTheRestInTheQueue() throws InterruptedException {
        fill(5);
        stop.request(StopSignal.INT);

        assertThat(printer(captured.console()).print(Long.MAX_VALUE, true)).isZero();

        assertThat(acknowledged).isEmpty();
        assertThat(queue).hasSize(5);
    }

    private EventPrinter printer(Console console) {
        return new EventPrinter(new Consumer(), console, stop);
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            DomainEvent event = DomainEvent.of("order.created", Map.of("n", i), "test");
            queue.add(new ReceivedEvent(event, "q", Integer.toString(i), 1, Instant.now(), false));
        }
    }

    /** A queue in memory. */
    private final class Consumer implements DurableEventConsumer {
        @Override
        public List<ReceivedEvent> receive(int max, Duration wait) {
            List<ReceivedEvent> received = new ArrayList<>();
            while (received.size() < max && !queue.isEmpty()) {
                received.add(queue.remove());
            }
            return received;
        }

        @Override
        public List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events) {
            acknowledged.addAll(events);
            return List.of();
        }

        @Override
        public List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility) {
            throw new AssertionError("nothing is held for long");
        }

        @Override
        public boolean release(ReceivedEvent event, Duration delay) {
            return released.add(event);
        }

        @Override
        public boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause) {
            throw new AssertionError("nothing may go to the dead letters");
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }

    /** A pipe whose reader goes away after two lines. */
    private static final class PipeForTwo extends OutputStream {
        private int lines;

        @Override
        public void write(int character) throws IOException {
            if (lines >= 2) {
                throw new IOException("Broken pipe");
            }
            lines += character == '\n' ? 1 : 0;
        }
    }
}
