package tasker.nativecore;

import java.util.ArrayList;
import java.util.List;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.ResolvedConfiguration;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.lifecycle.ManagedService;

/** Let each service that is to be used say whether its settings fit together. */
final class SettingsChecks {
    private static final int MAX_PROBLEM = 500;

    private SettingsChecks() {}

    /**
     * Ask every one of these services, which are to be used.
     *
     * @throws TaskerException {@code TASKER-C109} when one refuses; one message names all of them
     */
    static void run(List<ManagedService> services, ResolvedConfiguration configuration) {
        List<String> problems = new ArrayList<>();
        for (ManagedService service : services) {
            Settings settings = configuration.section(service.name());
            try {
                Foreign.run(service.service(), () -> service.service().checkSettings(settings));
            } catch (Throwable e) {
                problems.add(refused(service, e, configuration));
            }
        }
        if (!problems.isEmpty()) {
            throw new TaskerException("TASKER-C109", String.join("; ", problems));
        }
    }

    private static String refused(ManagedService service, Throwable thrown, ResolvedConfiguration configuration) {
        String section = service.name();
        String reason = thrown instanceof InvalidValueException invalid
                ? "'" + invalid.field() + "' " + invalid.problem()
                : Failures.message(thrown);
        String safe = configuration.withoutSecrets(section, reason);
        return "the settings of [" + section + "] do not fit together: " + Failures.cut(safe, MAX_PROBLEM)
                + "; in force are " + configuration.inForce(section);
    }
}
