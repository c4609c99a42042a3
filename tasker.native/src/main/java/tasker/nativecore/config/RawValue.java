package tasker.nativecore.config;

import tasker.events.api.ConfigOrigin;

/**
 * Hold a value as a layer gave it, before it is known what it should be.
 *
 * @param text the value as text; empty when it is no single value
 * @param shape what the layer holds
 * @param origin the layer
 * @param source where in that layer, such as {@code tasker.toml:12}
 */
record RawValue(String text, Shape shape, ConfigOrigin origin, String source) {
    /** Tell single values from what a setting cannot be. */
    enum Shape {
        SCALAR,
        LIST,
        TABLE
    }

    static RawValue scalar(String text, ConfigOrigin origin, String source) {
        return new RawValue(text, Shape.SCALAR, origin, source);
    }
}
