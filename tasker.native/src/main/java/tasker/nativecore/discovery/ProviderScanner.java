package tasker.nativecore.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.guard.BoundedCall;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Iterate over the providers of one place, whatever state they are in.
 *
 * <p>A provider that cannot be loaded or made becomes a {@link Finding.Skipped} and the iteration goes on; one that
 * does not end is cut off, and so is a constructor that does not return. Everything that a provider's code throws is
 * caught, {@link OutOfMemoryError} and {@link StackOverflowError} included: {@link ServiceLoader} wraps them as it
 * wraps any other, a single provider's request for too much harms no other, and a heap that is really exhausted will
 * say so again. For use by one thread.
 */
final class ProviderScanner {
    /** More providers of one service than any worker has; an iteration that goes on after these is broken. */
    private static final int MAX_STEPS = 1_000;

    private final Map<Class<?>, WorkerService> instances = new HashMap<>();
    private final Duration limit;
    private Ranking ranking = Ranking.STANDARD;

    /** Make each provider within this limit. */
    ProviderScanner(Duration limit) {
        this.limit = limit;
    }

    /** Leave out what this says. */
    void rankBy(Ranking chosen) {
        ranking = chosen;
    }

    /** Find the providers that the core's own class loader reaches: the boot layer and the class path. */
    <S extends WorkerService> List<Finding> boot(Class<S> service) {
        return classPath(service, ProviderScanner.class.getClassLoader());
    }

    /** Find the providers that this class loader and its parents reach. */
    <S extends WorkerService> List<Finding> classPath(Class<S> service, ClassLoader loader) {
        ModuleLayer layer = ProviderScanner.class.getModule().getLayer();
        return scan(service, layer, true, ServiceLoader.load(service, loader));
    }

    /** Find the providers of one layer, without those of its parents. */
    <S extends WorkerService> List<Finding> layer(Class<S> service, ModuleLayer layer) {
        return scan(service, layer, false, ServiceLoader.load(layer, service));
    }

    private <S extends WorkerService> List<Finding> scan(
            Class<S> service, @Nullable ModuleLayer layer, boolean boot, ServiceLoader<S> loader) {
        List<Finding> findings = new ArrayList<>();
        Iterator<ServiceLoader.Provider<S>> providers = loader.stream().iterator();
        for (int step = 0; step < MAX_STEPS; step++) {
            try {
                if (!providers.hasNext()) {
                    return sorted(findings);
                }
                ServiceLoader.Provider<S> provider = providers.next();
                if (boot || provider.type().getModule().getLayer() == layer) {
                    Optional<Finding> excluded = excluded(service, Origin.of(provider.type()));
                    findings.add(excluded.orElseGet(() -> instantiate(service, provider)));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                Optional<Origin> promised = LoadErrors.promisedBy(layer, service, e);
                if (boot || promised.isPresent()) {
                    Origin origin = promised.orElseGet(() -> LoadErrors.onClassPath(service, e));
                    Finding skipped = excluded(service, origin)
                            .orElseGet(() -> skipped(service, origin, "TASKER-P201", "cannot be loaded", e));
                    if (!findings.contains(skipped)) {
                        findings.add(skipped);
                    }
                }
            }
        }
        findings.add(new Finding.Skipped(
                service,
                Origin.unknown("META-INF/services/" + service.getName()),
                Optional.empty(),
                "TASKER-P206 the providers of " + service.getSimpleName() + " do not end: stopped after " + MAX_STEPS
                        + "; remove the jar that was added last"));
        return sorted(findings);
    }

    /** Leave a provider out before anything of it runs. */
    private Optional<Finding> excluded(Class<? extends WorkerService> service, Origin origin) {
        return ranking.exclusion(origin)
                .map(reason -> new Finding.Skipped(service, origin, Optional.empty(), reason, true));
    }

    private <S extends WorkerService> Finding instantiate(Class<S> service, ServiceLoader.Provider<S> provider) {
        Class<? extends S> type = provider.type();
        Origin origin = Origin.of(type);
        try {
            WorkerService known = instances.get(type);
            Made made = BoundedCall.within(limit, origin.describe(), () -> {
                WorkerService instance = known != null ? known : Foreign.with(type.getClassLoader(), provider::get);
                return new Made(instance, named(service, origin, instance));
            });
            instances.put(type, made.instance());
            return made.finding();
        } catch (TimeoutException e) {
            return new Finding.Skipped(
                    service,
                    origin,
                    Optional.empty(),
                    "TASKER-P210 provider " + origin.describe() + " of " + service.getSimpleName()
                            + " was not made and named within " + limit.toMillis()
                            + " ms and is left out; its constructor must not wait for anything, or raise"
                            + " worker.provider-timeout-ms");
        } catch (Throwable e) {
            return skipped(service, origin, "TASKER-P202", "cannot be made", e);
        }
    }

    /** Hold a new instance, and what became of it. */
    private record Made(WorkerService instance, Finding finding) {}

    /** Ask a service for its name, and refuse one that is malformed. */
    static Finding named(Class<? extends WorkerService> service, Origin origin, WorkerService instance) {
        String name;
        try {
            name = Foreign.call(instance, instance::name);
        } catch (Throwable e) {
            return skipped(service, origin, "TASKER-P203", "cannot say its name", e);
        }
        if (ServiceNames.isValid(name)) {
            return new Finding.Found(service, origin, name, instance);
        }
        String problem = "TASKER-P203 provider " + origin.describe() + " calls itself '" + name + "'; expected "
                + ServiceNames.SHAPE + "; it is left out";
        return new Finding.Skipped(service, origin, Optional.ofNullable(name), problem);
    }

    private static Finding.Skipped skipped(
            Class<? extends WorkerService> service, Origin origin, String code, String what, Throwable error) {
        String problem = code + " provider " + origin.describe() + " of " + service.getSimpleName() + " " + what
                + " and is left out: " + Failures.describe(Failures.root(error)) + "; " + LoadErrors.advice(error);
        return new Finding.Skipped(service, origin, Optional.empty(), problem);
    }

    /** The order in which modules are visited is not defined: names make it so. */
    private static List<Finding> sorted(List<Finding> findings) {
        findings.sort(Comparator.comparing(ProviderScanner::nameOf)
                .thenComparing(finding -> finding.origin().provider()));
        return findings;
    }

    private static String nameOf(Finding finding) {
        return finding instanceof Finding.Found found ? found.name() : "";
    }
}
