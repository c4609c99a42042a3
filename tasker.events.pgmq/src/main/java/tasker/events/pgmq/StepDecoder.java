package tasker.events.pgmq;

import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepRequest;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.ReceivedStep;
import tasker.nativecore.json.Json;
import tasker.nativecore.json.StepMessage;

/** Read messages of a queue as steps; immutable. */
final class StepDecoder {
    /**
     * Says how many reads of a message began nothing, {@code <msg_id>/<reads>}: those before it was last given back,
     * and those by workers without its handler. The id tells whether it is about this message or one that was copied.
     */
    static final String IDLE_READS = "x-tasker-idle-reads";

    private final QueueName queue;

    StepDecoder(QueueName queue) {
        this.queue = queue;
    }

    ReceivedStep read(QueueReader.Message message) {
        Fence fence = message.fence();
        String id = Long.toString(fence.messageId());
        if (message.message() == null) {
            return new ReceivedStep.Malformed(id, fence.readCount(), "is no step: the message is null");
        }
        try {
            Map<String, @Nullable Object> fields = Json.object(message.message());
            if (StepMessage.isReference(fields)) {
                return new ReceivedStep.Elsewhere(id, fence.readCount());
            }
            StepMessage step = StepMessage.of(fields, () -> idOf(message));
            Map<String, String> headers = headers(message);
            int starts = Math.max(1, fence.readCount() - idleReads(fence, headers));
            // What the message itself says comes first.
            StepRequest request = step.request().trace().isPresent()
                    ? step.request()
                    : step.request().withTrace(TraceContext.of(headers));
            return new ReceivedStep.Step(id, fence.readCount(), starts, request, step.limits(), step.fleet());
        } catch (InvalidValueException e) {
            return new ReceivedStep.Malformed(id, fence.readCount(), "is no step: " + e.getMessage());
        }
    }

    /** The same at each read, so that all attempts of a step that was sent without an id have one. */
    private UUID idOf(QueueReader.Message message) {
        String name = queue.text()
                + '/'
                + message.fence().messageId()
                + '/'
                + message.enqueuedAt().truncatedTo(ChronoUnit.MICROS);
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Headers that are no JSON object say nothing. */
    private static Map<String, String> headers(QueueReader.Message message) {
        try {
            return EventMessage.allHeaders(message.headers());
        } catch (InvalidValueException ignored) {
            return Map.of();
        }
    }

    /** What is no count of ours counts nothing. */
    private static int idleReads(Fence fence, Map<String, String> headers) {
        String text = headers.getOrDefault(IDLE_READS, "");
        String prefix = fence.messageId() + "/";
        try {
            return text.startsWith(prefix) ? Math.max(0, Integer.parseInt(text.substring(prefix.length()))) : 0;
        } catch (NumberFormatException ignored) {
            return 0;
        }
    }
}
