package tasker.observability.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.json.Json;

/**
 * Stream the fast path to clients as server-sent events.
 *
 * <p>Each event is a {@code domain_event}, whose id is the {@code event_id}; a client that fell behind is told by a
 * {@code missed} event how many it missed, of any type; a comment shows that a quiet stream is alive. Safe for use by
 * many threads.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStreams implements AutoCloseable {
    /** What is gathered before it is written, so that a burst costs few writes. */
    private static final int BATCH_BYTES = 32_768;

    private final WorkerSystem worker;
    private final Duration heartbeat;
    private final int limit;
    private final Semaphore places;
    private final Meters.Counter opened;
    private final Meters.Counter ended;
    private final Set<EventPoller> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    EventStreams(WorkerSystem worker, Meters meters, Duration heartbeat, int limit) {
        this.worker = worker;
        this.heartbeat = heartbeat;
        this.limit = limit;
        places = new Semaphore(limit);
        opened = meters.counter(
                MetricId.of("tasker_http_event_streams_opened_total", "Event streams that clients opened."));
        ended = meters.counter(
                MetricId.of("tasker_http_event_streams_ended_total", "Event streams that have ended again."));
    }

    Route route() {
        return Route.guarded("GET", "/events", "events of the fast path, as they happen; ?pattern=", this::stream)
                .thatLasts();
    }

    /** End every stream; new ones end at once. */
    @Override
    public void close() {
        closed = true;
        open.forEach(EventPoller::close);
    }

    private void stream(Exchange exchange) throws IOException, InterruptedException {
        EventPattern pattern = pattern(exchange);
        if (!places.tryAcquire()) {
            exchange.set("Retry-After", "5");
            throw new HttpFailure(
                    503,
                    "TASKER-H110",
                    limit + " event streams are open already; close one, or raise"
                            + " observability.max-event-streams");
        }
        opened.increment();
        try {
            follow(pattern, exchange);
        } finally {
            places.release();
            ended.increment();
        }
    }

    /** Subscribe before the client is answered, so that it sees all that is published after the answer. */
    private void follow(EventPattern pattern, Exchange exchange) throws IOException, InterruptedException {
        try (EventPoller poller = subscribe(pattern)) {
            open.add(poller);
            try {
                Exchange.Stream client = exchange.stream("text/event-stream; charset=utf-8");
                if (!exchange.isHead()) {
                    forward(poller, client);
                }
            } finally {
                open.remove(poller);
            }
        }
    }

    private void forward(EventPoller poller, Exchange.Stream client) throws IOException, InterruptedException {
        Batch batch = new Batch(client);
        batch.comment("subscribed");
        batch.flush();
        while (!closed && !poller.isClosed()) {
            Optional<InProcessDomainEvent> next = poller.poll(heartbeat);
            batch.missed(poller.missed());
            if (next.isEmpty() && !closed) {
                batch.comment("alive");
            }
            while (next.isPresent()) {
                batch.event(next.get());
                next = batch.isFull() ? Optional.empty() : poller.poll();
                batch.missed(poller.missed());
            }
            batch.flush();
        }
    }

    private EventPoller subscribe(EventPattern pattern) {
        try {
            return worker.subscribe(pattern);
        } catch (TaskerException e) {
            throw new HttpFailure(e.code().equals("TASKER-W201") ? 501 : 503, e, Map.of());
        }
    }

    private static EventPattern pattern(Exchange exchange) {
        try {
            return exchange.query("pattern").map(EventPattern::parse).orElseGet(EventPattern::all);
        } catch (InvalidValueException e) {
            throw new HttpFailure(400, e, Map.of());
        }
    }

    /** Gather what goes to one client. */
    private static final class Batch {
        private final Exchange.Stream client;
        private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
        private long missedBefore;

        Batch(Exchange.Stream client) {
            this.client = client;
        }

        void comment(String text) {
            append(": " + text + "\n\n");
        }

        void event(InProcessDomainEvent event) {
            append("id: " + event.eventId() + "\nevent: domain_event\ndata: ");
            gathered.writeBytes(Json.bytes(event));
            append("\n\n");
        }

        /** Tell how many were missed since this was told last, and in all. */
        void missed(long total) {
            if (total > missedBefore) {
                String data = Json.text(Map.of("missed", total - missedBefore, "total", total));
                append("event: missed\ndata: " + data + "\n\n");
                missedBefore = total;
            }
        }

        boolean isFull() {
            return gathered.size() >= BATCH_BYTES;
        }

        void flush() throws IOException {
            client.write(gathered.toByteArray(), gathered.size());
            gathered.reset();
        }

        private void append(String text) {
            gathered.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
