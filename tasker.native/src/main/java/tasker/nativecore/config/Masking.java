package tasker.nativecore.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hide the secrets that stand inside of values such as URLs.
 *
 * <p>Hides too much rather than too little: what follows {@code password=} up to the next parameter, what stands
 * between a user's colon and the {@code @} before the host, a name before the {@code @} of anything but a JDBC URL
 * (some services take a token there), what JSON has under the name of a secret, and what follows {@code Bearer}.
 */
final class Masking {
    static final String HIDDEN = "***";

    /** What may be a URL within a text, even one with white space in its password. */
    private static final Pattern ADDRESS = Pattern.compile("//(?:\\S*@|[^\\s/@:]*:[^@]*@)\\S*");

    /** A value that is one URL, and in which white space is therefore part of it. */
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.:-]*://.*", Pattern.DOTALL);

    private static final Pattern PARAMETER = Pattern.compile(
            "((?:" + SecretNames.WORDS + ")\\s*=)[^&]+", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** A parameter whose name is percent-encoded, wholly or in part. */
    private static final Pattern ENCODED = Pattern.compile("([A-Za-z0-9_.%-]*%[0-9A-Fa-f]{2}[A-Za-z0-9_.%-]*)=[^&]+");

    private static final Pattern JSON = Pattern.compile(
            "([\"'][^\"']*(?:" + SecretNames.WORDS + ")[\"']\\s*:\\s*).+", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern BEARER =
            Pattern.compile("(\\b(?:Bearer|Basic)\\s+)\\S.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private Masking() {}

    static String mask(String value) {
        String masked = URL.matcher(value).matches()
                ? withoutCredentials(value)
                : ADDRESS.matcher(value)
                        .replaceAll(found -> Matcher.quoteReplacement(withoutCredentials(found.group())));
        masked = PARAMETER.matcher(masked).replaceAll("$1" + HIDDEN);
        masked = ENCODED.matcher(masked).replaceAll(Masking::withoutValue);
        masked = JSON.matcher(masked).replaceAll("$1" + HIDDEN);
        return BEARER.matcher(masked).replaceAll("$1" + HIDDEN);
    }

    private static String withoutCredentials(String url) {
        int end = UserInfo.end(url);
        if (end < 0) {
            return url;
        }
        int begin = UserInfo.begin(url);
        int colon = url.indexOf(':', begin);
        if (colon >= 0 && colon < end) {
            return url.substring(0, colon + 1) + HIDDEN + url.substring(end);
        }
        return url.startsWith("jdbc:") ? url : url.substring(0, begin) + HIDDEN + url.substring(end);
    }

    private static String withoutValue(MatchResult parameter) {
        String name = parameter.group(1);
        boolean secret;
        try {
            String decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
            secret = PARAMETER.matcher(decoded + "=x").find();
        } catch (IllegalArgumentException ignored) {
            secret = true;
        }
        return Matcher.quoteReplacement(secret ? name + '=' + HIDDEN : parameter.group());
    }
}
