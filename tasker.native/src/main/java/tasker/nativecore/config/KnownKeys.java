package tasker.nativecore.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tasker.events.api.spi.SettingKey;

/** Hold every setting there is, by its full key, and find the one that was meant. */
final class KnownKeys {
    /** All declarations of each key: two services of one name may share a section, and even a key. */
    private final Map<String, List<SettingKey<?>>> byFullKey = new LinkedHashMap<>();

    private final Map<String, List<String>> bySection = new LinkedHashMap<>();
    private final Map<String, List<String>> byVariable = new LinkedHashMap<>();

    KnownKeys(List<ConfigSection> sections) {
        for (ConfigSection section : sections) {
            List<String> keysOfSection = bySection.computeIfAbsent(section.name(), ignored -> new ArrayList<>());
            for (SettingKey<?> key : section.keys()) {
                String fullKey = section.name() + '.' + key.name();
                List<SettingKey<?>> declarations = byFullKey.computeIfAbsent(fullKey, ignored -> new ArrayList<>());
                if (declarations.isEmpty()) {
                    keysOfSection.add(key.name());
                    byVariable
                            .computeIfAbsent(EnvironmentNames.of(fullKey), ignored -> new ArrayList<>())
                            .add(fullKey);
                }
                declarations.add(key);
            }
        }
    }

    Set<String> sections() {
        return bySection.keySet();
    }

    /** The names of a section's settings, without the section. */
    List<String> namesIn(String section) {
        return bySection.getOrDefault(section, List.of());
    }

    boolean contains(String fullKey) {
        return byFullKey.containsKey(fullKey);
    }

    List<SettingKey<?>> declarations(String fullKey) {
        return byFullKey.getOrDefault(fullKey, List.of());
    }

    /**
     * The full keys that a variable stands for: none when it is unknown, several when {@code -} and {@code .} clash.
     */
    List<String> ofVariable(String variable) {
        return byVariable.getOrDefault(variable, List.of());
    }

    /**
     * The known key that was probably meant: a slip of the pen, or the right name outside of its section. A name in a
     * section that is unknown as a whole says nothing: it may belong to a service that is not installed.
     */
    Optional<String> nearestTo(String fullKey) {
        Optional<String> nearest = Nearest.to(fullKey, byFullKey.keySet());
        int dot = fullKey.indexOf('.');
        if (nearest.isPresent() || (dot >= 0 && !bySection.containsKey(fullKey.substring(0, dot)))) {
            return nearest;
        }
        String ending = '.' + fullKey.substring(dot + 1);
        return byFullKey.keySet().stream()
                .filter(known -> known.endsWith(ending))
                .findFirst();
    }

    Optional<String> nearestSection(String section) {
        return Nearest.to(section, bySection.keySet());
    }

    Optional<String> nearestVariable(String variable) {
        Collection<String> variables = byVariable.keySet();
        return Nearest.to(variable, variables);
    }
}
