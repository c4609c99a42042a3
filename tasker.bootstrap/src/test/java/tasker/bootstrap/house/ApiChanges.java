package tasker.bootstrap.house;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tell apart the changes that break those who use or implement an API, and those that do not.
 *
 * @param breaking what is gone or different, and what implementers would have to add
 * @param added what is new and breaks nobody
 */
record ApiChanges(SortedSet<String> breaking, SortedSet<String> added) {
    private static final Pattern ABSTRACT_MEMBER = Pattern.compile("([\\w.$]+): (?:public|protected) abstract .*");

    /** Compare what was recorded with what there is. */
    static ApiChanges between(SortedSet<String> recorded, SortedSet<String> current) {
        SortedSet<String> breaking = new TreeSet<>();
        SortedSet<String> added = new TreeSet<>();
        recorded.stream().filter(line -> !current.contains(line)).forEach(line -> breaking.add("- " + line));
        current.stream()
                .filter(line -> !recorded.contains(line))
                .forEach(line -> (breaksImplementers(line, recorded) ? breaking : added).add("+ " + line));
        return new ApiChanges(breaking, added);
    }

    /**
     * Whether these changes may be part of this version: one that breaks needs the next major version, or minor one
     * before 1.0.0; one that adds needs the next minor version.
     *
     * @param release the version that was recorded
     * @param version the version to be
     */
    boolean mayBePartOf(String release, String version) {
        int[] from = numbers(release);
        int[] to = numbers(version);
        boolean major = to[0] > from[0];
        boolean minor = to[0] == from[0] && to[1] > from[1];
        return breaking.isEmpty() ? added.isEmpty() || major || minor : major || (minor && from[0] == 0);
    }

    boolean isEmpty() {
        return breaking.isEmpty() && added.isEmpty();
    }

    /** An abstract method is new in a type that others may have implemented. */
    private static boolean breaksImplementers(String line, SortedSet<String> recorded) {
        Matcher member = ABSTRACT_MEMBER.matcher(line);
        return member.matches()
                && recorded.stream()
                        .anyMatch(known -> known.startsWith(member.group(1) + ": ")
                                || known.matches(
                                        "public .*(class|interface) " + Pattern.quote(member.group(1)) + "\\b.*"));
    }

    private static int[] numbers(String version) {
        return Stream.of(version.replaceFirst("-.*", "").split("\\."))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    @Override
    public String toString() {
        return "breaking: " + lines(breaking) + "\nadding: " + lines(added);
    }

    private static String lines(SortedSet<String> lines) {
        return lines.isEmpty() ? "nothing" : "\n  " + String.join("\n  ", lines);
    }
}
