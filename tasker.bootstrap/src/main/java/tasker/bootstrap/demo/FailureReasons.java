package tasker.bootstrap.demo;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Group failures that differ only in the values that their reasons name; for use by one thread at a time. */
final class FailureReasons {
    private static final Pattern VALUES = Pattern.compile("\"[^\"]*\"|'.'|-?\\d+(?:\\.\\d+)*");
    private static final int MAX_GROUPS = 1_000;
    private static final String REST = "other reasons";

    private final Map<String, Group> groups = new LinkedHashMap<>();

    void add(int line, String reason) {
        String kind = VALUES.matcher(reason).replaceAll("*");
        String key = groups.containsKey(kind) || groups.size() < MAX_GROUPS ? kind : REST;
        groups.merge(key, new Group(1, line, reason), (group, one) -> group.plusOne());
    }

    /** The groups, the largest first. */
    List<Group> largestFirst() {
        return groups.values().stream()
                .sorted(Comparator.comparingLong(Group::count).reversed().thenComparingInt(Group::line))
                .toList();
    }

    /**
     * Hold failures of one kind.
     *
     * @param count how many there are
     * @param line the first one's line in the file
     * @param reason the first one's reason
     */
    record Group(long count, int line, String reason) {
        private Group plusOne() {
            return new Group(count + 1, line, reason);
        }
    }
}
