package tasker.nativecore.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;

/**
 * Hold the operator's views of the health, each a choice of components, by their names; immutable.
 *
 * <p>Written as {@code storage = pgmq, embedded-postgres; ready = *, !embedded-postgres}: what is listed is in, what
 * has a {@code !} is out, and a group that only lists what is out has all the rest. {@value #READY} is always there,
 * and has everything unless it is written otherwise.
 */
public final class HealthGroups {
    /** What decides whether the worker takes work. */
    public static final String READY = "ready";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Set<String> FIXED = Set.of("live", "started", "detailed");
    private static final String FIELD = "health-groups";
    private static final int MAX_NAME = 64;

    private final SequencedMap<String, HealthGroup> groups;

    private HealthGroups(SequencedMap<String, HealthGroup> groups) {
        this.groups = groups;
    }

    /**
     * Read the groups.
     *
     * @throws InvalidValueException when the text does not follow the form
     */
    static HealthGroups parse(String text) {
        SequencedMap<String, HealthGroup> groups = new TreeMap<>(Map.of(READY, HealthGroup.ofAll(READY)));
        Collection<String> written = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            if (!part.isBlank()) {
                HealthGroup group = parseGroup(part.strip());
                if (written.contains(group.name())) {
                    throw new InvalidValueException(FIELD, "has the group '" + group.name() + "' twice");
                }
                written.add(group.name());
                groups.put(group.name(), group);
            }
        }
        return new HealthGroups(groups);
    }

    /** The names of all groups, sorted. */
    public List<String> names() {
        return List.copyOf(groups.keySet());
    }

    /** The group of this name. */
    public Optional<HealthGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /**
     * Make sure that each component that a group names can be there.
     *
     * @param known the names of all components of this worker
     * @param source where the groups were written
     * @throws TaskerException {@code TASKER-C108} when there is none of a name
     */
    public void check(Collection<String> known, String source) {
        for (HealthGroup group : groups.values()) {
            List<String> named = new ArrayList<>(group.include());
            named.addAll(group.exclude());
            for (String component : named) {
                if (!component.equals(HealthGroup.ALL) && !known.contains(component)) {
                    throw new TaskerException(
                            "TASKER-C108",
                            "the health group '" + group.name() + "' (worker.health-groups, " + source
                                    + ") names the component '" + component + "', which this worker does not have"
                                    + Nearest.to(component, known)
                                            .map(nearest -> "; did you mean '" + nearest + "'?")
                                            .orElse("")
                                    + "; there are "
                                    + String.join(", ", known.stream().sorted().toList()));
                }
            }
        }
    }

    private static HealthGroup parseGroup(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals).strip();
        if (equals < 0 || !NAME.matcher(name).matches() || name.length() > MAX_NAME) {
            throw new InvalidValueException(
                    FIELD, "has '" + text + "'; expected a name, '=' and components, such as 'storage = pgmq'");
        }
        if (FIXED.contains(name)) {
            throw new InvalidValueException(
                    FIELD,
                    "has the group '" + name + "', which is fixed, because a probe of it must never depend on another"
                            + " system; choose another name");
        }
        List<String> include = new ArrayList<>();
        List<String> exclude = new ArrayList<>();
        for (String part : text.substring(equals + 1).split(",", -1)) {
            String member = part.strip();
            boolean out = member.startsWith("!");
            String component = out ? member.substring(1).strip() : member;
            if (component.isEmpty() || (out && component.equals(HealthGroup.ALL))) {
                throw new InvalidValueException(
                        FIELD, "has the group '" + text + "' with '" + member + "' in its list");
            }
            (out ? exclude : include).add(component);
        }
        return new HealthGroup(name, include, exclude);
    }
}
