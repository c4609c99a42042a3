package tasker.bootstrap.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tasker.bootstrap.assembly.RuntimeHome;
import tasker.bootstrap.console.Formats;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.ProviderReport.Status;
import tasker.nativecore.WorkerSystem;

/** Say where a worker answers and what it is made of. */
final class WorkerAnnouncement {
    private WorkerAnnouncement() {}

    static List<String> of(WorkerSystem worker, long startNanos) {
        List<String> lines = new ArrayList<>();
        lines.add("worker " + worker.config().workerId() + " is up after " + Formats.seconds(startNanos)
                + ", namespace " + worker.config().namespace());
        for (Map.Entry<String, URI> endpoint : new TreeMap<>(worker.endpoints()).entrySet()) {
            lines.add("  " + endpoint.getKey() + " at " + endpoint.getValue());
        }
        if (worker.endpoints().isEmpty() && !RuntimeHome.answersOverHttp()) {
            lines.add("  " + RuntimeHome.NO_HTTP);
        }
        Map<String, String> inUse = worker.providers().stream()
                .filter(report -> report.status() == Status.ACTIVE)
                .collect(Collectors.groupingBy(
                        ProviderReport::service,
                        TreeMap::new,
                        Collectors.mapping(
                                report -> report.name().orElse(report.provider()), Collectors.joining(", "))));
        inUse.forEach((service, names) -> lines.add("  " + service + ": " + names));
        for (ProviderReport report : worker.providers()) {
            report.problem()
                    .ifPresent(problem -> lines.add("  " + report.status().text() + ": " + problem));
        }
        return lines;
    }
}
