package tasker.nativecore;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tasker.nativecore.ProviderReport.Status;
import tasker.nativecore.discovery.Finding;
import tasker.nativecore.discovery.Origin;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;

/** Say what became of every provider, as it stands when asked; safe for use by many threads. */
final class ProviderReports {
    private final Supplier<ServiceCatalog> catalog;
    private final Supplier<List<ProviderReport>> others;

    /** Report on the catalog as it is then, and pass on the reports of others. */
    ProviderReports(Supplier<ServiceCatalog> catalog, Supplier<List<ProviderReport>> others) {
        this.catalog = catalog;
        this.others = others;
    }

    List<ProviderReport> all() {
        List<ProviderReport> reports = new ArrayList<>(of(catalog.get()));
        reports.addAll(others.get());
        return List.copyOf(reports);
    }

    /** What became of each provider of a catalog. */
    static List<ProviderReport> of(ServiceCatalog catalog) {
        List<ProviderReport> reports = new ArrayList<>();
        for (Finding finding : catalog.findings()) {
            reports.add(
                    switch (finding) {
                        case Finding.Skipped skipped ->
                            report(
                                    skipped,
                                    skipped.name(),
                                    skipped.excluded() ? Status.UNUSED : Status.SKIPPED,
                                    Optional.of(skipped.problem()),
                                    Optional.empty());
                        case Finding.Found found -> found(catalog, found);
                    });
        }
        return List.copyOf(reports);
    }

    /** How many providers there are of each status, none included. */
    Map<Status, Integer> byStatus() {
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            counts.put(status, 0);
        }
        all().forEach(report -> counts.merge(report.status(), 1, Integer::sum));
        return counts;
    }

    private static ProviderReport found(ServiceCatalog catalog, Finding.Found found) {
        Optional<ManagedService> service = catalog.find(found);
        Optional<String> failure = service.flatMap(ManagedService::failure);
        boolean used = service.map(ManagedService::isUsed).orElse(false);
        Status status = failure.isPresent() ? Status.FAILED : used ? Status.ACTIVE : Status.UNUSED;
        Optional<String> problem = status == Status.UNUSED
                ? Optional.of("TASKER-P209 '" + found.name() + "' is not in use: " + why(service))
                : failure;
        Optional<String> choice = used ? service.flatMap(ManagedService::choice) : Optional.empty();
        return report(found, Optional.of(found.name()), status, problem, choice);
    }

    private static String why(Optional<ManagedService> service) {
        return service.flatMap(ManagedService::choice).orElse("the configuration does not choose it");
    }

    private static ProviderReport report(
            Finding finding, Optional<String> name, Status status, Optional<String> problem, Optional<String> choice) {
        Origin origin = finding.origin();
        return new ProviderReport(
                finding.type().getSimpleName(),
                name,
                origin.provider(),
                origin.module(),
                origin.version(),
                origin.location(),
                status,
                problem,
                choice);
    }
}
