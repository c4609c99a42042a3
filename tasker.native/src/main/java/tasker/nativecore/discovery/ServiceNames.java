package tasker.nativecore.discovery;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Know which names services may have. */
final class ServiceNames {
    static final String SHAPE = "1 to 64 lower-case letters, digits and '-', starting with a letter";
    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private ServiceNames() {}

    static boolean isValid(@Nullable String name) {
        return name != null && VALID.matcher(name).matches();
    }
}
