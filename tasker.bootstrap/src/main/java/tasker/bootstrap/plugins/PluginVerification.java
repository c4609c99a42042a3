package tasker.bootstrap.plugins;

import java.io.IOException;
import java.util.Optional;

/**
 * Decide by their bytes which jars may be loaded: by who signed them, by an allow-list, by both, or all of them.
 * Immutable.
 *
 * <p>Looks at the private copies, so that what was checked is what is loaded. It keeps strangers' code out; what it
 * lets in is not restrained in what it does.
 *
 * @param signers who may have signed a jar; empty when that is not checked
 * @param allowed the jars that are allowed; empty when that is not checked
 */
public record PluginVerification(Optional<TrustedSigners> signers, Optional<AllowedJars> allowed) {
    /** Lets every jar in. */
    public static final PluginVerification NONE = new PluginVerification(Optional.empty(), Optional.empty());

    /**
     * Check every jar of a plugin.
     *
     * @throws RefusedException {@code TASKER-P121} to {@code TASKER-P125} for the first that may not be loaded
     */
    void check(String plugin, PluginCopy copy) throws IOException {
        for (PluginCopy.Jar jar : copy.jars()) {
            if (allowed.isPresent()) {
                allowed.get().check(plugin, jar);
            }
            if (signers.isPresent()) {
                signers.get().check(plugin, jar);
            }
        }
    }
}
