package tasker.nativecore;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DeliveryPath;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.config.DatabaseKeys;
import tasker.nativecore.config.ResolvedConfiguration;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.discovery.Finding;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;
import tasker.nativecore.lifecycle.WorkerDatabase.Choice;

/** Choose the transports and the database that the configuration asks for; for use by one thread. */
final class Selection {
    private static final Logger LOG = LoggerFactory.getLogger(Selection.class);
    static final String DURABLE_ONLY = "this worker runs its durable path only; start a whole worker";
    private static final String AUTO = "auto";
    private static final String NONE = "none";

    private final ServiceCatalog catalog;
    private final ResolvedConfiguration configuration;
    private final Map<DeliveryPath, String> missing = new EnumMap<>(DeliveryPath.class);

    Selection(ServiceCatalog catalog, ResolvedConfiguration configuration) {
        this.catalog = catalog;
        this.configuration = configuration;
    }

    /** The durable transport; empty when there is none. */
    Optional<ManagedService> durable() {
        return transport(
                DeliveryPath.DURABLE, DurableTransport.class, WorkerSettings.DURABLE_TRANSPORT, "tasker.events.pgmq");
    }

    /** The fast transport; empty when there is none. */
    Optional<ManagedService> fast() {
        return transport(
                DeliveryPath.FAST, FastTransport.class, WorkerSettings.FAST_TRANSPORT, "tasker.events.inprocess");
    }

    /** No fast transport, because the worker does without. */
    Optional<ManagedService> withoutFast() {
        missing.put(DeliveryPath.FAST, DURABLE_ONLY);
        return Optional.empty();
    }

    /** What to tell those who ask for a path that is missing. */
    Map<DeliveryPath, String> missing() {
        return missing;
    }

    /** The database. */
    Choice database() {
        Settings section = configuration.section("database");
        Optional<String> name = section.get(DatabaseKeys.PROVIDER);
        Optional<DatabaseSettings> settings = DatabaseKeys.read(section);
        List<ManagedService> providers = catalog.of(DatabaseProvider.class);
        if (name.isPresent() && settings.isPresent()) {
            throw new TaskerException(
                    "TASKER-D121",
                    "both 'database.provider' (" + source("database", DatabaseKeys.PROVIDER)
                            + ") and 'database.url' (" + source("database", DatabaseKeys.URL)
                            + ") are set; keep one of the two");
        }
        if (settings.isPresent()) {
            DatabaseSettings first = settings.get();
            return new Choice.Configured(() -> DatabaseKeys.read(section).orElse(first));
        }
        if (name.isPresent()) {
            ManagedService provider = named(providers, name.get())
                    .orElseThrow(() -> new TaskerException(
                            "TASKER-D122",
                            "no database provider is named '" + name.get() + "' (database.provider, "
                                    + source("database", DatabaseKeys.PROVIDER) + "); "
                                    + whatThereIs(DatabaseProvider.class)));
            provider.use();
            String why = "database.provider = " + name.get() + " (" + source("database", DatabaseKeys.PROVIDER) + ")";
            providers.forEach(one -> one.explain(why));
            return new Choice.Provided(provider);
        }
        String advice = "no database is configured; set database.url, as a flag (--database-url), an environment"
                + " variable (TASKER_DATABASE_URL) or in tasker.toml";
        return new Choice.None(
                providers.isEmpty()
                        ? advice
                        : advice + ", or set database.provider to an installed one: " + names(providers));
    }

    private Optional<ManagedService> transport(
            DeliveryPath path, Class<? extends WorkerService> type, SettingKey<String> key, String module) {
        String wanted = configuration.section("worker").get(key);
        List<ManagedService> there = catalog.of(type);
        String pathName = path.name().toLowerCase(Locale.ROOT);
        Optional<ManagedService> chosen = switch (wanted) {
            case NONE -> Optional.empty();
            case AUTO -> there.stream().findFirst();
            default -> named(there, wanted);
        };
        if (chosen.isEmpty() && !wanted.equals(NONE) && !wanted.equals(AUTO)) {
            throw new TaskerException(
                    "TASKER-W205",
                    "no " + pathName + " transport is named '" + wanted + "' (worker." + key.name() + ", "
                            + source("worker", key) + "); " + whatThereIs(type));
        }
        missing.put(
                path,
                wanted.equals(NONE)
                        ? "the " + pathName + " path is switched off by worker." + key.name() + " = none ("
                                + source("worker", key) + "); set it to auto"
                        : "this runtime has no " + pathName + " path; add the module " + module
                                + " to the runtime image, or its jar to the module path or the class path, or another"
                                + " jar that provides a " + type.getSimpleName() + skippedOnes(type));
        if (wanted.equals(AUTO) && there.size() > 1) {
            LOG.info(
                    "event=transport_chosen path={} chosen={} found={}",
                    pathName,
                    there.getFirst().name(),
                    names(there));
        }
        if (!wanted.equals(AUTO) || there.size() > 1) {
            String why = "worker." + key.name() + " = " + wanted + " (" + source("worker", key) + ")"
                    + (wanted.equals(AUTO) ? " takes the first of " + names(there) + ", " + rule() : "");
            there.forEach(service -> service.explain(why));
        }
        chosen.ifPresent(ManagedService::use);
        return chosen;
    }

    /** How those of one kind are ranked. */
    private String rule() {
        String byPlace = "by place (program, runtime, plugins) and name";
        return configuration.section("worker").get(WorkerSettings.PREFER).isEmpty()
                ? "ranked " + byPlace
                : "ranked by worker.prefer (" + source("worker", WorkerSettings.PREFER) + "), then " + byPlace;
    }

    private String whatThereIs(Class<? extends WorkerService> type) {
        List<ManagedService> there = catalog.of(type);
        return (there.isEmpty() ? "none is installed" : "installed: " + names(there)) + skippedOnes(type);
    }

    private String skippedOnes(Class<? extends WorkerService> type) {
        List<String> problems = new ArrayList<>();
        for (Finding finding : catalog.findings()) {
            if (finding instanceof Finding.Skipped skipped && skipped.type() == type) {
                problems.add(skipped.problem());
            }
        }
        return problems.isEmpty() ? "" : "; left out: " + String.join("; ", problems);
    }

    private String source(String section, SettingKey<?> key) {
        return configuration.source(section, key);
    }

    private static Optional<ManagedService> named(List<ManagedService> services, String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    private static String names(List<ManagedService> services) {
        return services.stream().map(ManagedService::name).collect(Collectors.joining(", "));
    }
}
