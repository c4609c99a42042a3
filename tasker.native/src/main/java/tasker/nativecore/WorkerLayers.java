package tasker.nativecore;

import java.time.Duration;
import java.util.List;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;

/**
 * Give the services of a module layer to a running worker, and take them from it again.
 *
 * <p>All of a layer's services come or none does, and one change is made at a time: another one waits. Transports and
 * databases are chosen when the worker is built; those of a layer that comes later stay unused. After a service was
 * taken out the worker refers to nothing of it, but for a handler that ignored its interrupt and a service whose
 * {@code close} did, for as long as they go on. Safe for use by many threads.
 */
public interface WorkerLayers {
    /**
     * Start the services of a layer, each in the order of its type.
     *
     * @param layer whose own providers are used, not those of its parents
     * @param configuration has the settings of the new services
     * @return what became of each provider
     * @throws TaskerException {@code TASKER-P221} when a provider is broken or none is there, {@code TASKER-P204} and
     *     {@code TASKER-P205} when a name is taken, {@code TASKER-C103}, {@code TASKER-C104} and {@code TASKER-C109}
     *     when the settings are wrong, {@code TASKER-P222} when a service does not start; nothing of the layer runs
     *     then. {@code TASKER-W202} when the worker is not running
     * @throws IllegalArgumentException when the layer is there already
     */
    List<ProviderReport> attach(ModuleLayer layer, Configuration configuration);

    /**
     * Take out the services of a layer: they get no more work, what they have ends, and they are closed, the last one
     * started first.
     *
     * <p>Steps that its handlers have taken run to their end within the bound. Then handlers are interrupted, and steps
     * that wait end as retryable failures ({@code TASKER-S114}); those of a queue are given back to it.
     *
     * @param bound how long work may go on, and then as long again for the services to close
     * @throws TaskerException {@code TASKER-P223} when one of the services is a transport or the database in use,
     *     {@code TASKER-P224} when one checks the events of handlers that stay, {@code TASKER-W202} when the worker is
     *     not running
     * @throws IllegalArgumentException when the layer is not there
     */
    DetachReport detach(ModuleLayer layer, Duration bound);

    /**
     * Take out the services of one layer and start those of another in their place. Steps that wait for handlers of a
     * name which both have, and those that are submitted meanwhile, are run by the new one; the old one ends what it
     * has begun.
     *
     * @return what became of the old one
     * @throws TaskerException as {@link #attach} and {@link #detach} do, before anything is changed;
     *     {@code TASKER-P225} when a new service does not start, which tells whether the old ones run again
     * @throws IllegalArgumentException when the old layer is not there, or the new one is
     */
    DetachReport replace(ModuleLayer old, ModuleLayer layer, Configuration configuration, Duration bound);

    /** Whether any provider of this layer is known to the worker. */
    boolean has(ModuleLayer layer);
}
