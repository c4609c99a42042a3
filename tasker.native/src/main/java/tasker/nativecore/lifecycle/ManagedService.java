package tasker.nativecore.lifecycle;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.discovery.Origin;

/** Hold one service of a worker and what became of it; safe for use by many threads. */
public final class ManagedService {
    private final String name;
    private final WorkerService service;
    private final Origin origin;
    private final Set<Class<? extends WorkerService>> types;
    private final List<SettingKey<?>> settings;
    private volatile boolean used;
    private volatile Optional<String> choice = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();

    ManagedService(
            String name,
            WorkerService service,
            Origin origin,
            Set<Class<? extends WorkerService>> types,
            List<SettingKey<?>> settings) {
        this.name = name;
        this.service = service;
        this.origin = origin;
        this.types = Set.copyOf(types);
        this.settings = List.copyOf(settings);
    }

    /** What the service calls itself. */
    public String name() {
        return name;
    }

    /** The instance. */
    public WorkerService service() {
        return service;
    }

    /** Where it comes from. */
    public Origin origin() {
        return origin;
    }

    /** The settings that it declared. */
    public List<SettingKey<?>> settings() {
        return settings;
    }

    /** Whether it is provided as this type; that it merely implements it does not count. */
    public boolean provides(Class<? extends WorkerService> type) {
        return types.contains(type);
    }

    /** Whether its class is in a module of this very layer. */
    public boolean isIn(ModuleLayer layer) {
        return layer.equals(service.getClass().getModule().getLayer());
    }

    /** Choose this service to be started. */
    public void use() {
        used = true;
    }

    /** Whether it was chosen. */
    public boolean isUsed() {
        return used;
    }

    /** Note why this one, or another one of its kind, was chosen. */
    public void explain(String why) {
        choice = Optional.of(why);
    }

    /** Why this one, or another one of its kind, was chosen; empty when nothing was to be chosen. */
    public Optional<String> choice() {
        return choice;
    }

    /** Note why it could not be started. */
    public void fail(String reason) {
        failure = Optional.of(reason);
    }

    /** Why it could not be started; empty when it was, or was not yet. */
    public Optional<String> failure() {
        return failure;
    }
}
