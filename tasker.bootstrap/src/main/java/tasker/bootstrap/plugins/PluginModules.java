package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Hold the modules of one plugin, with the jar of each; immutable.
 *
 * <p>Some are left aside because they are {@linkplain #without shared}: a plugin that brought its own copy of a
 * contract would provide a service that nobody asks for.
 */
final class PluginModules {
    private final Map<String, Entry> all;
    private final Set<String> shared;

    /**
     * Hold one module.
     *
     * @param jar the jar that it is
     * @param reference reads the private copy
     */
    record Entry(PluginCopy.Jar jar, ModuleReference reference) {
        ModuleDescriptor descriptor() {
            return reference.descriptor();
        }
    }

    private PluginModules(Map<String, Entry> all, Set<String> shared) {
        this.all = all;
        this.shared = Set.copyOf(shared);
    }

    /**
     * Read the descriptors of these jars.
     *
     * @throws RefusedException when a jar is no module, or two are the same one
     */
    static PluginModules read(String plugin, List<PluginCopy.Jar> jars, OpenJars open) {
        Map<String, Entry> all = new LinkedHashMap<>();
        for (PluginCopy.Jar jar : jars) {
            for (ModuleReference module : read(plugin, jar)) {
                String name = module.descriptor().name();
                Entry other = all.putIfAbsent(name, new Entry(jar, open.reference(module, jar)));
                if (other != null) {
                    throw new RefusedException(
                            "TASKER-P107",
                            "plugin '" + plugin + "' holds module " + name + " twice, in "
                                    + other.jar().file() + " and " + jar.file(),
                            "remove one of the two jars");
                }
            }
        }
        return new PluginModules(all, Set.of());
    }

    /** The same, leaving aside those whose names are among these. */
    PluginModules without(Collection<String> names) {
        List<String> more = new ArrayList<>(shared);
        names.stream().filter(all::containsKey).forEach(more::add);
        return new PluginModules(all, Set.copyOf(more));
    }

    /** The names of those that are not shared. */
    Set<String> names() {
        return all.keySet().stream().filter(name -> !shared.contains(name)).collect(Collectors.toUnmodifiableSet());
    }

    /** Those that are not shared, in the order of their jars. */
    List<Entry> own() {
        return all.entrySet().stream()
                .filter(module -> !shared.contains(module.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Describe each jar, shared modules included. */
    List<PluginJar> describe(List<PluginCopy.Jar> jars) {
        return jars.stream()
                .map(jar -> new PluginJar(jar.file(), jar.bytes(), jar.sha256(), describe(jar)))
                .toList();
    }

    private Optional<PluginModule> describe(PluginCopy.Jar jar) {
        return all.values().stream()
                .filter(module -> module.jar().equals(jar))
                .map(Entry::descriptor)
                .map(module -> PluginModule.of(module, shared.contains(module.name())))
                .findFirst();
    }

    ModuleFinder finder() {
        Map<String, ModuleReference> own = new LinkedHashMap<>();
        own().forEach(module -> own.put(module.descriptor().name(), module.reference()));
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

    private static Set<ModuleReference> read(String plugin, PluginCopy.Jar jar) {
        try {
            return ModuleFinder.of(jar.copy()).findAll();
        } catch (FindException e) {
            OptionalInt java = javaOfDescriptor(jar);
            if (java.isPresent() && java.getAsInt() > Runtime.version().feature()) {
                throw ClassFiles.tooNew(plugin, jar.file(), java.getAsInt());
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RefusedException(
                    "TASKER-P103",
                    "plugin '" + plugin + "' holds " + jar.file() + ", which is no readable jar of a module: "
                            + cause.getMessage(),
                    "build or copy it again",
                    e);
        }
    }

    private static OptionalInt javaOfDescriptor(PluginCopy.Jar jar) {
        try (ZipFile zip = new ZipFile(jar.copy().toFile())) {
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
