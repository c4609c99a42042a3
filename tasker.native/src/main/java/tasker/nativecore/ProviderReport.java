package tasker.nativecore;

import java.util.Locale;
import java.util.Optional;

/**
 * Say what became of one provider that discovery met.
 *
 * @param service the simple name of the service type, such as {@code StepHandler}; {@code Plugin} for a jar as a whole
 * @param name what the provider calls itself; empty when it could not be asked
 * @param provider the class, or the file when there is no class
 * @param module the module that it lives in; empty when it is in none
 * @param version the version of the module; empty when it has none
 * @param location the jar, folder or runtime image that it was loaded from
 * @param status what became of it
 * @param problem why it is not in use, starting with a code; empty when it is
 * @param choice why it is the one in use, with what else there was to choose; empty when nothing was to be chosen
 */
public record ProviderReport(
        String service,
        Optional<String> name,
        String provider,
        Optional<String> module,
        Optional<String> version,
        String location,
        Status status,
        Optional<String> problem,
        Optional<String> choice) {

    /** Report one that nothing had to be chosen for. */
    public ProviderReport(
            String service,
            Optional<String> name,
            String provider,
            Optional<String> module,
            Optional<String> version,
            String location,
            Status status,
            Optional<String> problem) {
        this(service, name, provider, module, version, location, status, problem, Optional.empty());
    }

    /** Tell what became of a provider. */
    public enum Status {
        /** Found, and in use once the worker has started. */
        ACTIVE,
        /** Found, and left alone because the configuration chooses another or none. */
        UNUSED,
        /** Could not be loaded; all else goes on without it. */
        SKIPPED,
        /** Loaded, but its start failed. */
        FAILED;

        /** The lower-case name, as it stands in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
