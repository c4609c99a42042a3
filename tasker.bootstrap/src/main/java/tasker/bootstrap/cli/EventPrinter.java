package tasker.bootstrap.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.process.StopRequest;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.json.Json;

/** Print what a consumer receives, and acknowledge exactly what was printed; for use by one thread. */
final class EventPrinter {
    private static final int BATCH = 100;
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final DurableEventConsumer consumer;
    private final Console console;
    private final StopRequest stop;

    EventPrinter(DurableEventConsumer consumer, Console console, StopRequest stop) {
        this.consumer = consumer;
        this.console = console;
        this.stop = stop;
    }

    /** Print at most this many, and end with the queue unless it is to be followed; tells the exit code. */
    int print(long max, boolean follow) throws InterruptedException {
        long left = max;
        while (left > 0 && !stop.isRequested()) {
            List<ReceivedEvent> received = receive((int) Math.min(left, BATCH));
            if (received.isEmpty() && !follow) {
                break;
            }
            int printed = printAll(received);
            left -= printed;
            if (printed < received.size() && !stop.isRequested()) {
                console.note("standard output takes no more; what was not printed stays in the queue");
                return ExitCodes.BROKEN_PIPE;
            }
        }
        return ExitCodes.OK;
    }

    private List<ReceivedEvent> receive(int most) throws InterruptedException {
        try {
            return stop.interrupting(() -> consumer.receive(most, WAIT));
        } catch (InterruptedException e) {
            if (stop.isRequested()) {
                return List.of();
            }
            throw e;
        }
    }

    /** How many of these were printed before the reader went away or a stop was asked for. */
    private int printAll(List<ReceivedEvent> received) {
        List<ReceivedEvent> printed = new ArrayList<>();
        for (ReceivedEvent event : received) {
            if (stop.isRequested() || !console.data(Json.text(event.event()))) {
                break;
            }
            printed.add(event);
        }
        if (!printed.isEmpty()) {
            int lost = consumer.acknowledge(printed).size();
            if (lost > 0) {
                console.note(lost
                        + " events had been received elsewhere before they were acknowledged; they will be read again");
            }
        }
        for (ReceivedEvent event : received.subList(printed.size(), received.size())) {
            consumer.release(event, Duration.ZERO);
        }
        return printed.size();
    }
}
