package tasker.nativecore.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hide the secrets that stand inside of values such as URLs.
 *
 * <p>Hides too much rather than too little: what follows {@code password=} up to the next parameter, and what stands
 * between a user's colon and the {@code @} before the host.
 */
final class Masking {
    static final String HIDDEN = "***";

    /** What may be a URL within a text. */
    private static final Pattern ADDRESS = Pattern.compile("//\\S*@\\S*");

    private static final Pattern PARAMETER =
            Pattern.compile("((?:password|passwd|passphrase|pwd|secret|token)\\s*=)[^&]+", Pattern.CASE_INSENSITIVE);

    private Masking() {}

    static String mask(String value) {
        String withoutUserInfo = value.startsWith("jdbc:")
                ? withoutPassword(value)
                : ADDRESS.matcher(value).replaceAll(found -> Matcher.quoteReplacement(withoutPassword(found.group())));
        return PARAMETER.matcher(withoutUserInfo).replaceAll("$1" + HIDDEN);
    }

    private static String withoutPassword(String url) {
        int end = UserInfo.end(url);
        int colon = end < 0 ? -1 : url.indexOf(':', UserInfo.begin(url));
        return colon < 0 || colon > end ? url : url.substring(0, colon + 1) + HIDDEN + url.substring(end);
    }
}
