package tasker.nativecore.config;

import java.util.regex.Pattern;

/**
 * Tell by its name whether something is a secret, whatever was declared: a plugin may have forgotten to say so.
 *
 * <p>The end of the name decides: {@code api-token} is one, {@code token-file} and {@code token-ttl-ms} are not.
 */
final class SecretNames {
    /** Words that name a secret, wherever they end. */
    static final String WORDS = "pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|sig(?:nature)?"
            + "|(?:api|access|account|private|secret|shared|encryption|signing)[-_. ]?key";

    private static final Pattern NAME = Pattern.compile("(?:.*[-_.])?(?:" + WORDS + ")", Pattern.CASE_INSENSITIVE);

    private SecretNames() {}

    /** Whether a setting of this name holds a secret. */
    static boolean contains(String name) {
        return NAME.matcher(name).matches();
    }
}
