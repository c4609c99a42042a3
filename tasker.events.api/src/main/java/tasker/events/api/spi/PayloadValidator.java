package tasker.events.api.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;

/**
 * Check the payloads of declared events against JSON Schemas. Optional: a worker needs one only when a handler declares
 * a schema.
 */
public interface PayloadValidator extends WorkerService {
    /**
     * Prepare a schema. Called once for each declared event, when its handler starts.
     *
     * @param schema a JSON Schema, as JSON text
     * @throws InvalidValueException when the text is no schema; the handler then does not start
     */
    Schema compile(String schema);

    /** Check payloads; safe for use by many threads. */
    @FunctionalInterface
    interface Schema {
        /** What is wrong with the payload, each with its place; empty when nothing is. */
        List<String> problems(Map<String, @Nullable Object> payload);
    }
}
