package tasker.nativecore.lifecycle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.discovery.Finding;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/** Hold the services that discovery found, one entry an instance, in the order of their rank; immutable. */
public final class ServiceCatalog {
    private final List<Finding> findings;
    private final IdentityHashMap<WorkerService, ManagedService> services;
    private final List<ManagedService> ranked;

    private ServiceCatalog(List<Finding> findings, IdentityHashMap<WorkerService, ManagedService> services) {
        this.findings = List.copyOf(findings);
        this.services = services;
        ranked = findings.stream()
                .flatMap(finding -> find(finding).stream())
                .distinct()
                .toList();
    }

    /** Ask each service once for its settings; one that cannot answer is left out with {@code TASKER-P207}. */
    public static ServiceCatalog of(List<Finding> found) {
        IdentityHashMap<WorkerService, List<Finding.Found>> instances = new IdentityHashMap<>();
        for (Finding finding : found) {
            if (finding instanceof Finding.Found usable) {
                instances
                        .computeIfAbsent(usable.service(), ignored -> new ArrayList<>())
                        .add(usable);
            }
        }
        IdentityHashMap<WorkerService, ManagedService> services = new IdentityHashMap<>();
        List<Finding> findings = new ArrayList<>(found);
        instances.forEach((instance, roles) -> {
            try {
                services.put(instance, managed(instance, roles));
            } catch (Throwable e) {
                findings.replaceAll(
                        finding -> roles.contains(finding) ? skipped(roles.getFirst(), finding, e) : finding);
            }
        });
        return new ServiceCatalog(findings, services);
    }

    /** This and another catalog, which is ranked behind. */
    public ServiceCatalog with(ServiceCatalog more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more.findings);
        IdentityHashMap<WorkerService, ManagedService> both = new IdentityHashMap<>(services);
        both.putAll(more.services);
        return new ServiceCatalog(all, both);
    }

    /** All but what comes from this layer. */
    public ServiceCatalog without(ModuleLayer layer) {
        IdentityHashMap<WorkerService, ManagedService> others = new IdentityHashMap<>(services);
        others.values().removeIf(service -> service.isIn(layer));
        List<Finding> rest = new ArrayList<>(findings);
        rest.removeIf(finding -> isIn(finding, layer));
        return new ServiceCatalog(rest, others);
    }

    /** Whether anything comes from this layer. */
    public boolean has(ModuleLayer layer) {
        return findings.stream().anyMatch(finding -> isIn(finding, layer));
    }

    /** The usable services of this layer, in the order of their rank. */
    public List<ManagedService> in(ModuleLayer layer) {
        return ranked.stream().filter(service -> service.isIn(layer)).toList();
    }

    private static boolean isIn(Finding finding, ModuleLayer layer) {
        return switch (finding) {
            case Finding.Found found ->
                layer.equals(found.service().getClass().getModule().getLayer());
            case Finding.Skipped skipped -> skipped.origin().isIn(layer);
        };
    }

    /** Everything that was found, in the order of its rank. */
    public List<Finding> findings() {
        return findings;
    }

    /** Every usable service, in the order of its rank. */
    public List<ManagedService> all() {
        return ranked;
    }

    /** The usable services that are provided as this type, in the order of their rank. */
    public List<ManagedService> of(Class<? extends WorkerService> type) {
        return ranked.stream().filter(service -> service.provides(type)).toList();
    }

    /** The service of a finding; empty when it was skipped. */
    public Optional<ManagedService> find(Finding finding) {
        return finding instanceof Finding.Found found
                ? Optional.ofNullable(services.get(found.service()))
                : Optional.empty();
    }

    private static ManagedService managed(WorkerService instance, List<Finding.Found> roles) {
        List<SettingKey<?>> settings = List.copyOf(Foreign.call(instance, instance::settings));
        Set<String> names = new HashSet<>();
        for (SettingKey<?> key : settings) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException("two settings are named '" + key.name() + "'");
            }
        }
        Set<Class<? extends WorkerService>> types = new LinkedHashSet<>();
        roles.forEach(role -> types.add(role.type()));
        Finding.Found first = roles.getFirst();
        return new ManagedService(first.name(), instance, first.origin(), types, settings);
    }

    private static Finding skipped(Finding.Found found, Finding finding, Throwable error) {
        return new Finding.Skipped(
                finding.type(),
                finding.origin(),
                Optional.of(found.name()),
                "TASKER-P207 the settings of " + found.origin().describe() + " cannot be read, it is left out: "
                        + Failures.describe(error) + "; repair or remove it");
    }
}
