package tasker.nativecore.discovery;

import java.util.Optional;
import tasker.events.api.spi.WorkerService;

/** Say what discovery made of one provider. */
public sealed interface Finding {
    /** The service type that was looked for. */
    Class<? extends WorkerService> type();

    /** Where the provider comes from. */
    Origin origin();

    /**
     * Hold a provider that was instantiated and whose name is good.
     *
     * @param type the service type that was looked for
     * @param origin where the provider comes from
     * @param name what it calls itself
     * @param service the instance; the same one in each finding when one class provides several types
     */
    record Found(Class<? extends WorkerService> type, Origin origin, String name, WorkerService service)
            implements Finding {
        /** Whether this is one instance that provides both types, whatever its {@code equals} says. */
        @SuppressWarnings("ReferenceEquality")
        public boolean isSameInstance(Found other) {
            return service == other.service;
        }
    }

    /**
     * Hold a provider that cannot be used.
     *
     * @param type the service type that was looked for
     * @param origin where the provider comes from
     * @param name what it calls itself; empty when it could not be asked
     * @param problem why it is not used, starting with a code
     * @param excluded whether the configuration leaves it out, rather than a fault
     */
    record Skipped(
            Class<? extends WorkerService> type, Origin origin, Optional<String> name, String problem, boolean excluded)
            implements Finding {
        /** Hold one that has a fault. */
        public Skipped(Class<? extends WorkerService> type, Origin origin, Optional<String> name, String problem) {
            this(type, origin, name, problem, false);
        }
    }
}
