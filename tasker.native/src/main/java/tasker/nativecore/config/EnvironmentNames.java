package tasker.nativecore.config;

import java.util.Locale;
import java.util.Set;

/** Name the environment variables of settings. */
final class EnvironmentNames {
    static final String PREFIX = "TASKER_";

    /** Variables of the launcher, which are no settings of the worker. */
    static final Set<String> LAUNCHER = Set.of("TASKER_HOME", "TASKER_CONFIG", "TASKER_JAVA_OPTS");

    private EnvironmentNames() {}

    /** The variable of a full key: {@code TASKER_WORKER_NAMESPACE} for {@code worker.namespace}. */
    static String of(String fullKey) {
        return PREFIX + fullKey.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
