package tasker.nativecore.lifecycle;

import tasker.events.api.spi.WorkerContext;

/** Make the context that a service is started with. */
@FunctionalInterface
public interface Contexts {
    /** The context of this service. */
    WorkerContext of(ManagedService service);
}
