package tasker.events.api;

/**
 * Show one setting that is in force, fit to be printed.
 *
 * @param key the full key, such as {@code worker.namespace}
 * @param value the value as text; of a secret only whether it is set
 * @param origin the layer it came from
 * @param source where in that layer: the file, the environment variable or the flag
 */
public record ConfigSetting(String key, String value, ConfigOrigin origin, String source) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing
     */
    public ConfigSetting {
        Checks.notBlank(key, "key", 255);
        Checks.required(value, "value");
        Checks.required(origin, "origin");
        Checks.required(source, "source");
    }
}
