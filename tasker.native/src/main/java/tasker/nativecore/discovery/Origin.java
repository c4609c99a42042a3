package tasker.nativecore.discovery;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Say where a provider comes from.
 *
 * @param provider its class, or the file that should have named one
 * @param module the module that it lives in; empty when it is in none
 * @param version the version of the module; empty when it has none
 * @param location the jar, folder or runtime image that it was loaded from
 */
public record Origin(String provider, Optional<String> module, Optional<String> version, String location) {
    private static final String UNKNOWN = "unknown place";

    /** Look at a class that was loaded. */
    public static Origin of(Class<?> type) {
        Module module = type.getModule();
        ModuleLayer layer = module.getLayer();
        if (!module.isNamed() || layer == null) {
            return new Origin(type.getName(), Optional.ofNullable(module.getName()), Optional.empty(), source(type));
        }
        return of(type.getName(), layer, module);
    }

    /** Look at a class that a module promises, whether or not it can be loaded. */
    static Origin of(String provider, ModuleLayer layer, Module module) {
        String location = layer.configuration()
                .findModule(module.getName())
                .map(ResolvedModule::reference)
                .flatMap(ModuleReference::location)
                .map(Origin::readable)
                .orElse(UNKNOWN);
        return new Origin(
                provider,
                Optional.of(module.getName()),
                Optional.ofNullable(module.getDescriptor()).flatMap(ModuleDescriptor::rawVersion),
                location);
    }

    /** Whether this is a module of the layer. */
    public boolean isIn(ModuleLayer layer) {
        return module.flatMap(name -> layer.configuration().findModule(name))
                .flatMap(found -> found.reference().location())
                .map(Origin::readable)
                .filter(location::equals)
                .isPresent();
    }

    /** Describe what is known only by its name or file. */
    static Origin unknown(String provider) {
        return new Origin(provider, Optional.empty(), Optional.empty(), UNKNOWN);
    }

    /** Name the provider and its place, for a message. */
    public String describe() {
        return "'" + provider + "' in " + location;
    }

    private static String source(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return UNKNOWN;
        }
        try {
            return readable(source.getLocation().toURI());
        } catch (URISyntaxException ignored) {
            return source.getLocation().toString();
        }
    }

    private static String readable(URI location) {
        String scheme = String.valueOf(location.getScheme());
        return switch (scheme) {
            case "jrt" -> "runtime image";
            case "file" -> Path.of(location).toString();
            default -> location.toString();
        };
    }
}
