package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tasker.events.api.TaskerException;

/**
 * Hold the modules of one plugin, without those that the runtime has too: a plugin that brought its own copy of a
 * contract would provide a service that nobody asks for.
 */
final class PluginModules {
    private final Map<String, ModuleReference> own;

    private PluginModules(Map<String, ModuleReference> own) {
        this.own = own;
    }

    /**
     * Read the descriptors of these jars.
     *
     * @throws TaskerException when a jar is no module, or two are the same one
     */
    static PluginModules read(String plugin, List<Path> jars, ModuleLayer parent) {
        Map<String, ModuleReference> own = new LinkedHashMap<>();
        Map<String, Path> origins = new LinkedHashMap<>();
        for (Path jar : jars) {
            for (ModuleReference module : read(plugin, jar)) {
                String name = module.descriptor().name();
                Path other = origins.putIfAbsent(name, jar);
                if (other != null) {
                    throw new TaskerException(
                            "TASKER-P107",
                            "plugin '" + plugin + "' holds module " + name + " twice, in " + other.getFileName()
                                    + " and " + jar.getFileName() + "; remove one of the two jars");
                }
                if (parent.findModule(name).isEmpty()) {
                    own.put(name, module);
                }
            }
        }
        return new PluginModules(own);
    }

    Set<String> names() {
        return Set.copyOf(own.keySet());
    }

    Collection<ModuleReference> references() {
        return own.values();
    }

    Optional<String> version() {
        return own.values().stream()
                .map(ModuleReference::descriptor)
                .map(ModuleDescriptor::rawVersion)
                .flatMap(Optional::stream)
                .findFirst();
    }

    ModuleFinder finder() {
        return new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return Optional.ofNullable(own.get(name));
            }

            @Override
            public Set<ModuleReference> findAll() {
                return Set.copyOf(own.values());
            }
        };
    }

    private static Set<ModuleReference> read(String plugin, Path jar) {
        try {
            return ModuleFinder.of(jar).findAll();
        } catch (FindException e) {
            OptionalInt java = javaOfDescriptor(jar);
            if (java.isPresent() && java.getAsInt() > Runtime.version().feature()) {
                throw ClassFiles.tooNew(plugin, jar.getFileName().toString(), java.getAsInt());
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new TaskerException(
                    "TASKER-P103",
                    "plugin '" + plugin + "' holds " + jar.getFileName() + ", which is no readable jar of a module: "
                            + cause.getMessage() + "; build or copy it again",
                    e);
        }
    }

    private static OptionalInt javaOfDescriptor(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry("module-info.class");
            if (entry == null) {
                return OptionalInt.empty();
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return OptionalInt.of(ClassFiles.javaVersion(in));
            }
        } catch (IOException ignored) {
            return OptionalInt.empty();
        }
    }
}
