package tasker.nativecore.discovery;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasker.nativecore.guard.Failures;

/**
 * Tell from an error of {@link java.util.ServiceLoader} which provider it is about, and what to do.
 *
 * <p>The error carries no class, only a message that names it; the module that promises the class is then known.
 */
final class LoadErrors {
    private static final Pattern SERVICES_FILE = Pattern.compile("(?:jar:)?(\\S+?)!?/(META-INF/services/[^:\\s]+)");
    private static final Pattern PROVIDER = Pattern.compile("(?:Provider|Unable to load|class) ([\\w.$]+)");

    private LoadErrors() {}

    /** Find the promised provider that the error names among the modules of this very layer. */
    static Optional<Origin> promisedBy(@Nullable ModuleLayer layer, Class<?> service, Throwable error) {
        if (layer == null) {
            return Optional.empty();
        }
        String message = Failures.message(error);
        Origin best = null;
        for (Module module : layer.modules()) {
            for (ModuleDescriptor.Provides provides : module.getDescriptor().provides()) {
                if (provides.service().equals(service.getName())) {
                    for (String provider : provides.providers()) {
                        boolean longer = best == null
                                || provider.length() > best.provider().length();
                        if (longer && message.contains(provider)) {
                            best = Origin.of(provider, layer, module);
                        }
                    }
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** Find what the error names on the class path: a services file, or a class. */
    static Origin onClassPath(Class<?> service, Throwable error) {
        String message = Failures.message(error);
        Matcher file = SERVICES_FILE.matcher(message);
        if (file.find()) {
            String place = file.group(1).replaceFirst("^file:", "");
            return new Origin(file.group(2), Optional.empty(), Optional.empty(), place);
        }
        Matcher provider = PROVIDER.matcher(message);
        return Origin.unknown(provider.find() ? provider.group(1) : "META-INF/services/" + service.getName());
    }

    /** Say what a person can do about an error while a provider was loaded or made. */
    static String advice(Throwable error) {
        return switch (Failures.root(error)) {
            case UnsupportedClassVersionError ignored ->
                "build it for Java " + Runtime.version().feature() + " or older";
            case NoClassDefFoundError ignored -> "put the library that holds the missing class beside it";
            case ClassNotFoundException ignored -> "put the library that holds the missing class beside it";
            default -> "repair or remove it";
        };
    }
}
