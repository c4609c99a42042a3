package tasker.nativecore.config;

import java.util.regex.Pattern;

/**
 * Find the credentials of a URL, {@code //user:password@}, even if the password holds an unescaped {@code /}, {@code ?}
 * or {@code @}.
 *
 * <p>The credentials end at the first {@code @} after which nothing is left but hosts, a path and well-formed
 * parameters. Only there may a further {@code @} stand, in the value of a parameter.
 */
final class UserInfo {
    private static final String HOST = "(?:\\[[0-9A-Fa-f:.]*]|[^:/?#@,\\s\\[\\]]*)(?::\\d{1,5})?";

    private static final Pattern ADDRESS = Pattern.compile(
            HOST + "(?:," + HOST + ")*+(?:/[^?#@]*+)?+\\?" + "[\\w.-]++=[^&/]*+(?:&[\\w.-]++=[^&/]*+)*+");

    private UserInfo() {}

    /** Where the credentials begin; -1 when the URL has no place for them. */
    static int begin(String url) {
        int slashes = url.indexOf("//");
        return slashes < 0 ? -1 : slashes + 2;
    }

    /** Where the {@code @} stands that ends the credentials; -1 when there are none. */
    static int end(String url) {
        int begin = begin(url);
        if (begin < 0) {
            return -1;
        }
        for (int at = begin - 1, rest = begin; ; rest = at + 1) {
            int next = url.indexOf('@', rest);
            if (next < 0 || ADDRESS.matcher(url).region(rest, url.length()).matches()) {
                return rest == begin ? -1 : at;
            }
            at = next;
        }
    }
}
