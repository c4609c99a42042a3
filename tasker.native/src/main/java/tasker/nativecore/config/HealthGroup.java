package tasker.nativecore.config;

import java.util.List;

/**
 * Choose components for one view of the health; immutable.
 *
 * @param name what the group is asked for by
 * @param include names of components, {@code *} for all of them; empty means all too
 * @param exclude names of components that do not count, whatever is included
 */
public record HealthGroup(String name, List<String> include, List<String> exclude) {
    static final String ALL = "*";

    /** Copy the lists. */
    public HealthGroup {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /** Choose every component. */
    public static HealthGroup ofAll(String name) {
        return new HealthGroup(name, List.of(), List.of());
    }

    /** Whether the component of this name counts. */
    public boolean has(String component) {
        return (include.isEmpty() || include.contains(ALL) || include.contains(component))
                && !exclude.contains(component);
    }
}
