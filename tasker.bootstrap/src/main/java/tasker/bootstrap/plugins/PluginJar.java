package tasker.bootstrap.plugins;

import java.util.Optional;

/**
 * Describe one jar of a plugin.
 *
 * @param file its name in the plugin's place
 * @param bytes its size
 * @param sha256 the SHA-256 of its bytes, in lower-case hexadecimal
 * @param module the module that it is; empty when its module could not be read
 */
public record PluginJar(String file, long bytes, String sha256, Optional<PluginModule> module) {}
