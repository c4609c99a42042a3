package tasker.events.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Check and bound the header {@code tracestate}, by section 3.3 of W3C Trace Context, level 2.
 *
 * <p>A list of at most 32 members, of which each has a key of its own; one that is malformed spoils the list. At most
 * 512 characters are passed on, which is what the recommendation asks for: of a longer list, members of more than 128
 * characters are left out first, then those at the end.
 */
final class TraceState {
    private static final int MAX_MEMBERS = 32;
    private static final int MAX_LENGTH = 512;
    private static final int LONG_MEMBER = 128;

    private static final Pattern MEMBER = Pattern.compile("(?:[a-z0-9][a-z0-9_\\-*/]{0,255}"
            + "|[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z0-9][a-z0-9_\\-*/]{0,13})"
            + "=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

    private TraceState() {}

    /** The list as it is passed on; empty when it is malformed. */
    static String checked(String header) {
        if (header.isBlank()) {
            return "";
        }
        List<String> members = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (String part : header.split(",", -1)) {
            String member = withoutBlanks(part);
            if (member.isEmpty()) {
                continue;
            }
            boolean fine = MEMBER.matcher(member).matches() && keys.add(member.substring(0, member.indexOf('=')));
            if (!fine || members.size() == MAX_MEMBERS) {
                return "";
            }
            members.add(member);
        }
        return shortened(members);
    }

    private static String shortened(List<String> members) {
        String joined = String.join(",", members);
        if (joined.length() > MAX_LENGTH) {
            members.removeIf(member -> member.length() > LONG_MEMBER);
            joined = String.join(",", members);
        }
        while (joined.length() > MAX_LENGTH) {
            members.removeLast();
            joined = String.join(",", members);
        }
        return joined;
    }

    /** Spaces and tabs around a member are no part of it. */
    private static String withoutBlanks(String part) {
        int begin = 0;
        int end = part.length();
        while (begin < end && isBlank(part.charAt(begin))) {
            begin++;
        }
        while (end > begin && isBlank(part.charAt(end - 1))) {
            end--;
        }
        return part.substring(begin, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
