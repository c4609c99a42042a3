package tasker.observability.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tasker.events.api.InProcessDomainEvent;
import tasker.nativecore.json.Json;

/** Gather what goes to one client of {@code /events}, so that a burst costs few writes; for use by one thread. */
final class EventBatch {
    /** A batch this large is written; it is larger by one event at most. */
    private static final int FULL_BYTES = 32_768;

    private final String streamId;
    private final Exchange.Stream client;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private long missedBefore;

    /**
     * Write to this client.
     *
     * @param streamId comes before positions in ids
     */
    EventBatch(String streamId, Exchange.Stream client) {
        this.streamId = streamId;
        this.client = client;
    }

    /** Say something that clients pass over, and where the stream stands, which they keep. */
    void comment(String text, long position) {
        append(": " + text + "\n" + id(position) + "\n");
    }

    /** Hand over an event, after which the stream stands at this position. */
    void event(InProcessDomainEvent event, long position) {
        append(id(position) + "event: domain_event\ndata: ");
        gathered.writeBytes(Json.bytes(event));
        append("\n\n");
    }

    /** Tell how many were missed since this was told last, and in all, when the stream stands at this position. */
    void missed(long total, long position) {
        if (total > missedBefore) {
            String data = Json.text(Map.of("missed", total - missedBefore, "total", total));
            append(id(position) + "event: missed\ndata: " + data + "\n\n");
            missedBefore = total;
        }
    }

    /** Tell that the stream does not go on where the client was. */
    void gap() {
        String reason = "the worker has started anew since, so what was missed meanwhile cannot be known";
        append("event: gap\ndata: " + Json.text(Map.of("reason", reason)) + "\n\n");
    }

    boolean isFull() {
        return gathered.size() >= FULL_BYTES;
    }

    void flush() throws IOException {
        client.write(gathered.toByteArray(), gathered.size());
        gathered.reset();
    }

    private String id(long position) {
        return "id: " + streamId + "-" + position + "\n";
    }

    private void append(String text) {
        gathered.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
