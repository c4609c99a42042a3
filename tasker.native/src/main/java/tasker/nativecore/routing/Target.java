package tasker.nativecore.routing;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Say what traces call a path.
 *
 * @param system the transport's name
 * @param namespace the worker's own
 * @param queue tells the queue of that namespace, asked only when there is a trace; empty for a path without queues,
 *     where the type of an event stands for one
 */
public record Target(String system, String namespace, Supplier<String> queue) {
    /** For a path that is not open. */
    static final Target UNKNOWN = new Target("unknown", "", () -> "");

    /** Where events of this type go, for this namespace or the worker's own. */
    String destination(String eventType, Optional<String> other) {
        String own = queue.get();
        if (own.isEmpty()) {
            return eventType;
        }
        return other.filter(name -> own.startsWith(namespace))
                .map(name -> name + own.substring(namespace.length()))
                .orElse(own);
    }
}
