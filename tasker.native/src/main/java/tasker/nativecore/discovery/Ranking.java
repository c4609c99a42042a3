package tasker.nativecore.discovery;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Say which providers come before all others, and which are left out before they are made; immutable.
 *
 * @param preferred classes or modules, the best first
 * @param excluded classes or modules
 * @param excludedBy where the exclusion comes from, for messages, such as {@code worker.exclude (tasker.toml:3)}
 */
public record Ranking(List<String> preferred, List<String> excluded, String excludedBy) {
    /** By place and name alone. */
    public static final Ranking STANDARD = new Ranking(List.of(), List.of(), "");

    /** Copy the lists. */
    public Ranking {
        preferred = List.copyOf(preferred);
        excluded = List.copyOf(excluded);
    }

    /** Read names that are separated by commas. */
    public static List<String> names(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    /** The names among these that name none of the providers. */
    public List<String> unknown(List<Finding> findings) {
        return Stream.concat(preferred.stream(), excluded.stream())
                .distinct()
                .filter(name -> findings.stream().noneMatch(finding -> isNamed(name, finding.origin())))
                .toList();
    }

    /** Why a provider is left out; empty when it is not. */
    Optional<String> exclusion(Origin origin) {
        return excluded.stream()
                .filter(name -> isNamed(name, origin))
                .findFirst()
                .map(name -> "TASKER-P213 provider " + origin.describe() + " is left out, because " + excludedBy
                        + " names '" + name + "'");
    }

    /** The preferred ones first, in their order; all else stays in the order that it has. */
    List<Finding> sorted(List<Finding> findings) {
        return findings.stream()
                .sorted(Comparator.comparingInt(finding -> rank(finding.origin())))
                .toList();
    }

    /** Whether the first is preferred to the second by name. */
    boolean prefers(Origin first, Origin second) {
        return rank(first) < rank(second);
    }

    private int rank(Origin origin) {
        for (int i = 0; i < preferred.size(); i++) {
            if (isNamed(preferred.get(i), origin)) {
                return i;
            }
        }
        return preferred.size();
    }

    private static boolean isNamed(String name, Origin origin) {
        return name.equals(origin.provider())
                || origin.module().filter(name::equals).isPresent();
    }
}
