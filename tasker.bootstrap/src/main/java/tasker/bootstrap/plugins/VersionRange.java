package tasker.bootstrap.plugins;

import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hold the versions that a requirement accepts, written as in Maven and OSGi: {@code 1.2} is that version or a newer
 * one, {@code [1.0,2.0)} has a lower bound that is included and an upper one that is not, {@code [1.0]} is one version.
 * Versions are compared as the module system compares them, so {@code 1.0-beta} comes before {@code 1.0}.
 *
 * @param lower the lower bound; empty when there is none
 * @param includesLower whether the lower bound itself is accepted
 * @param upper the upper bound; empty when there is none
 * @param includesUpper whether the upper bound itself is accepted
 * @param text as it was written
 */
public record VersionRange(
        Optional<Version> lower, boolean includesLower, Optional<Version> upper, boolean includesUpper, String text) {
    /** Accepts every version. */
    static final VersionRange ANY = new VersionRange(Optional.empty(), true, Optional.empty(), true, "any version");

    private static final Pattern BOTH =
            Pattern.compile("([\\[(])\\s*([^,\\s\\[\\]()]*)\\s*,\\s*([^,\\s\\[\\]()]*)\\s*([\\])])");
    private static final Pattern ONE = Pattern.compile("\\[\\s*([^,\\s\\[\\]()]+)\\s*]");

    /**
     * Read a range.
     *
     * @throws IllegalArgumentException when it is none, or accepts nothing
     */
    static VersionRange parse(String text) {
        Matcher both = BOTH.matcher(text);
        if (both.matches()) {
            Optional<Version> lower = version(both.group(2));
            Optional<Version> upper = version(both.group(3));
            VersionRange range = new VersionRange(
                    lower, both.group(1).equals("["), upper, both.group(4).equals("]"), text);
            if (lower.isPresent() && upper.isPresent() && range.isEmpty(lower.get(), upper.get())) {
                throw new IllegalArgumentException("no version lies in it");
            }
            return range;
        }
        Matcher one = ONE.matcher(text);
        if (one.matches()) {
            Optional<Version> version = version(one.group(1));
            return new VersionRange(version, true, version, true, text);
        }
        if (text.matches(".*[\\[\\](),\\s].*")) {
            throw new IllegalArgumentException("it is neither a version nor a range");
        }
        return new VersionRange(version(text), true, Optional.empty(), false, text);
    }

    /** Read a version; empty when it is none. */
    static Optional<Version> versionOf(String text) {
        try {
            return Optional.of(Version.parse(text));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    /** Whether a version is accepted. */
    boolean contains(Version version) {
        return meets(version, version);
    }

    /** Whether any version from the first to the last, both included, is accepted. */
    boolean meets(Version first, Version last) {
        boolean notBelow = lower.map(bound -> bound.compareTo(last) < (includesLower ? 1 : 0))
                .orElse(true);
        boolean notAbove = upper.map(bound -> bound.compareTo(first) > (includesUpper ? -1 : 0))
                .orElse(true);
        return notBelow && notAbove;
    }

    @Override
    public String toString() {
        return text;
    }

    private boolean isEmpty(Version from, Version to) {
        int order = from.compareTo(to);
        return order > 0 || (order == 0 && !(includesLower && includesUpper));
    }

    private static Optional<Version> version(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Version.parse(text));
    }
}
