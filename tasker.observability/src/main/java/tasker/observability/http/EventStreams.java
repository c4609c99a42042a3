package tasker.observability.http;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
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

/**
 * Stream the fast path to clients as server-sent events.
 *
 * <p>Each event is a {@code domain_event}. Its id is where the stream stands after it: a client that comes back with it
 * as {@code Last-Event-ID} goes on there. One that fell behind, or was away for too long, is told by a {@code missed}
 * event how many it missed, of any type; one whose id is of another life of the worker is told by a {@code gap} event
 * that this cannot be known. A comment shows that a quiet stream is alive. Nothing is buffered for a client beyond one
 * batch: one that is slow falls behind in the fast path. Safe for use by many threads.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStreams implements AutoCloseable {
    /** Tells this life of the fast path from others, whose positions mean nothing here. */
    private final String id = HexFormat.of().toHexDigits(new SecureRandom().nextInt());

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
        return Route.guarded(
                        "GET", "/events", "events of the fast path, as they happen; ?pattern= and ?last=", this::stream)
                .thatLasts();
    }

    /** What tells this life of the worker from others. */
    String id() {
        return id;
    }

    /** End every stream; new ones end at once. */
    @Override
    public void close() {
        closed = true;
        open.forEach(EventPoller::close);
    }

    private void stream(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query("pattern", "last");
        EventPattern pattern = pattern(query);
        StreamStart start = StreamStart.of(query, exchange.header("Last-Event-ID"), id);
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
            follow(pattern, start, exchange);
        } finally {
            places.release();
            ended.increment();
        }
    }

    /** Subscribe before the client is answered, so that it sees all that is published after the answer. */
    private void follow(EventPattern pattern, StreamStart start, Exchange exchange)
            throws IOException, InterruptedException {
        try (EventPoller poller = subscribe(pattern, start)) {
            open.add(poller);
            try {
                Exchange.Stream client = exchange.stream("text/event-stream; charset=utf-8");
                if (!exchange.isHead()) {
                    forward(poller, new EventBatch(id, client), start);
                }
            } finally {
                open.remove(poller);
            }
        }
    }

    private void forward(EventPoller poller, EventBatch batch, StreamStart start)
            throws IOException, InterruptedException {
        batch.comment("subscribed", poller.position());
        if (start.isBroken()) {
            batch.gap();
        }
        batch.flush();
        while (!closed && !poller.isClosed()) {
            Optional<InProcessDomainEvent> next = poller.poll(heartbeat);
            batch.missed(poller.missed(), poller.position() - (next.isPresent() ? 1 : 0));
            if (next.isEmpty() && !closed) {
                batch.comment("alive", poller.position());
            }
            while (next.isPresent()) {
                batch.event(next.get(), poller.position());
                next = batch.isFull() ? Optional.empty() : poller.poll();
                batch.missed(poller.missed(), poller.position() - (next.isPresent() ? 1 : 0));
            }
            batch.flush();
        }
    }

    private EventPoller subscribe(EventPattern pattern, StreamStart start) {
        try {
            return start.subscribe(worker, pattern);
        } catch (TaskerException e) {
            throw new HttpFailure(e.code().equals("TASKER-W201") ? 501 : 503, e, Map.of());
        }
    }

    private static EventPattern pattern(Query query) {
        try {
            return query.get("pattern").map(EventPattern::parse).orElseGet(EventPattern::all);
        } catch (InvalidValueException e) {
            throw new HttpFailure(400, e, Map.of());
        }
    }
}
