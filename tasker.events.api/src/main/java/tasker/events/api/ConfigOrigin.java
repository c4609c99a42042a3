package tasker.events.api;

import java.util.Locale;

/** Name the layer that a setting's value came from, from weakest to strongest. */
public enum ConfigOrigin {
    /** The default in the code. */
    DEFAULT,
    /** {@code tasker.toml}. */
    FILE,
    /** A {@code TASKER_…} environment variable. */
    ENVIRONMENT,
    /** A flag of the command line, or a program that embeds the worker. */
    FLAG;

    /** The lower-case name, as it stands in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
