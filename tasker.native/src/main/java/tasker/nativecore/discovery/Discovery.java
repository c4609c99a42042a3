package tasker.nativecore.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.StepHandler;
import tasker.events.api.spi.WorkerService;

/**
 * Find the services of a worker and make sure that each name stands for one of them.
 *
 * <p>They are ranked: services handed over by a program, then the boot layer, then the further layers in the order
 * given; by name within each; those that a {@link Ranking} prefers come before all others that are found. Of two
 * services with one name the higher ranked is kept, except that two step handlers of one name are an error unless one
 * of them is preferred, since nobody could tell which of them runs. For use by one thread.
 */
public final class Discovery {
    private final ProviderScanner scanner;
    private final List<Class<? extends WorkerService>> types;
    private final Set<String> reserved;
    private Ranking ranking = Ranking.STANDARD;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Finding.Found> byName = new HashMap<>();
    /** The classes of the services that a program handed over, by their names. */
    private final Map<String, Class<?>> handedOver = new HashMap<>();

    /**
     * Look for services of these types.
     *
     * @param reserved the names that none of them may have
     * @param limit how long making one may take
     */
    public Discovery(Collection<? extends Class<? extends WorkerService>> types, Set<String> reserved, Duration limit) {
        scanner = new ProviderScanner(limit);
        this.types = List.copyOf(types);
        this.reserved = Set.copyOf(reserved);
    }

    /** Prefer and leave out what this says, in the searches from now on. */
    public void rankBy(Ranking chosen) {
        ranking = chosen;
        scanner.rankBy(chosen);
    }

    /**
     * Take a service that a program hands over, as each of the types that it implements.
     *
     * @throws TaskerException {@code TASKER-P203} or {@code TASKER-P204} when its name cannot be used
     */
    public void add(WorkerService service) {
        Origin origin = Origin.of(service.getClass());
        boolean any = false;
        for (Class<? extends WorkerService> type : types) {
            if (type.isInstance(service)) {
                any = true;
                Finding finding = admit(ProviderScanner.named(type, origin, service));
                switch (finding) {
                    case Finding.Skipped skipped -> throw refused(skipped.problem());
                    case Finding.Found found -> handedOver.put(found.name(), service.getClass());
                }
                findings.add(finding);
            }
        }
        if (!any) {
            throw new IllegalArgumentException(service.getClass().getName() + " implements no service type");
        }
    }

    /**
     * Find the services of the boot layer and of these further layers.
     *
     * @throws TaskerException {@code TASKER-P205} when two step handlers have one name
     */
    public void search(Collection<ModuleLayer> layers) {
        List<Finding> found = new ArrayList<>();
        for (Class<? extends WorkerService> type : types) {
            found.addAll(scanner.boot(type));
        }
        if (findings.isEmpty() && found.isEmpty()) {
            for (Class<? extends WorkerService> type : types) {
                Bundles.missingMediator(type, Discovery.class.getClassLoader()).ifPresent(findings::add);
            }
        }
        for (ModuleLayer layer : new LinkedHashSet<>(layers)) {
            found.addAll(in(layer));
        }
        admitAll(ranking.sorted(found));
    }

    /** Know that the names of these are taken; they come before all that is found. */
    public void know(Collection<? extends Finding> taken) {
        for (Finding finding : taken) {
            if (finding instanceof Finding.Found found) {
                byName.putIfAbsent(found.name(), found);
            }
        }
    }

    /**
     * Find the services of this layer alone.
     *
     * @throws TaskerException {@code TASKER-P205} when two step handlers have one name
     */
    public void searchOnly(ModuleLayer layer) {
        admitAll(ranking.sorted(in(layer)));
    }

    private List<Finding> in(ModuleLayer layer) {
        List<Finding> found = new ArrayList<>();
        for (Class<? extends WorkerService> type : types) {
            found.addAll(scanner.layer(type, layer));
        }
        return found;
    }

    /** Everything that was found, in the order of its rank. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void admitAll(List<Finding> found) {
        for (Finding finding : found) {
            if (!isHandedOver(finding)) {
                findings.add(admit(finding));
            }
        }
    }

    /** Whether a program handed over a service of this very class and name: then it wants that one, and no other. */
    private boolean isHandedOver(Finding finding) {
        return finding instanceof Finding.Found found
                && handedOver
                        .getOrDefault(found.name(), Object.class)
                        .equals(found.service().getClass());
    }

    private Finding admit(Finding finding) {
        if (!(finding instanceof Finding.Found found)) {
            return finding;
        }
        if (reserved.contains(found.name())) {
            return refuse(
                    found,
                    "TASKER-P203 provider " + found.origin().describe() + " calls itself '" + found.name()
                            + "', which the core keeps for itself; it is left out");
        }
        Finding.Found first = byName.putIfAbsent(found.name(), found);
        if (first == null || first.isSameInstance(found)) {
            return found;
        }
        String both = found.origin().describe() + " and " + first.origin().describe();
        if (first.type() == StepHandler.class
                && found.type() == StepHandler.class
                && !ranking.prefers(first.origin(), found.origin())) {
            throw new TaskerException(
                    "TASKER-P205",
                    "two step handlers are named '" + found.name() + "': " + both
                            + "; remove one of the two jars, or name the class or module to keep in worker.prefer");
        }
        return refuse(
                found,
                "TASKER-P204 two services are named '" + found.name() + "': " + both
                        + "; the first is left out, rename it, remove its jar or prefer it in worker.prefer");
    }

    private static Finding refuse(Finding.Found found, String problem) {
        return new Finding.Skipped(found.type(), found.origin(), Optional.of(found.name()), problem);
    }

    private static TaskerException refused(String problem) {
        int space = problem.indexOf(' ');
        return new TaskerException(problem.substring(0, space), problem.substring(space + 1));
    }
}
