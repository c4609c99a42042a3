package tasker.bootstrap.plugins;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Read one place: copy its jars, and find out what plugin they make; for use by one thread, once. */
final class PluginReader {
    private final Path place;
    private final ModuleLayer parent;
    private final PluginStore store;
    private final PluginVerification verification;
    private final boolean thorough;
    private final List<String> notes = new ArrayList<>();
    private PluginRequirements requirements = PluginRequirements.NONE;
    private Optional<PluginDescription> described = Optional.empty();

    PluginReader(Path place, ModuleLayer parent, PluginStore store, PluginVerification verification, boolean thorough) {
        this.place = place.toAbsolutePath().normalize();
        this.parent = parent;
        this.store = store;
        this.verification = verification;
        this.thorough = thorough;
    }

    /**
     * Copy the jars and read what they say.
     *
     * @throws RefusedException when they are no plugin
     */
    PluginCandidate read() throws IOException {
        PluginName name = PluginName.of(place);
        boolean folder = Files.isDirectory(place);
        List<Path> originals = folder ? PluginFolder.jars(place) : List.of(place);
        if (originals.isEmpty()) {
            throw new RefusedException(
                    "TASKER-P102",
                    "plugin '" + name.name() + "' holds no jar",
                    "put its jars into " + place + " itself, or remove the folder");
        }
        PluginCopy copy = store.copy(name.name(), originals);
        OpenJars open = new OpenJars();
        try {
            return read(name, copy, open, copy.sha256(folder));
        } catch (IOException | RuntimeException | Error e) {
            open.close();
            copy.close();
            throw e;
        }
    }

    /** What is known of the plugin, even if {@link #read} has failed. */
    Optional<PluginDescription> described() {
        return described;
    }

    Path place() {
        return place;
    }

    private PluginCandidate read(PluginName name, PluginCopy copy, OpenJars open, String sha256) throws IOException {
        List<PluginJar> jars = copy.jars().stream()
                .map(jar -> new PluginJar(jar.file(), jar.bytes(), jar.sha256(), Optional.empty()))
                .toList();
        describe(name.name(), name.version(), sha256, jars);
        JarChecks.run(name.name(), copy.jars());
        verification.check(name.name(), copy);
        PluginManifest manifest = PluginManifest.read(name.name(), copy.jars());
        requirements = manifest.requirements();
        String plugin = manifest.name().orElse(name.name());
        describe(plugin, name.version(), sha256, jars);
        PluginModules modules = PluginModules.read(plugin, copy.jars(), open)
                .without(parent.modules().stream().map(Module::getName).collect(Collectors.toSet()));
        Optional<String> version = modules.own().stream()
                .map(PluginModules.Entry::descriptor)
                .filter(module -> !PluginService.of(module).isEmpty())
                .map(ModuleDescriptor::rawVersion)
                .flatMap(Optional::stream)
                .findFirst()
                .or(manifest::version)
                .or(name::version);
        noteAutomatic(modules);
        if (thorough) {
            for (PluginCopy.Jar jar : copy.jars()) {
                notes.addAll(JarScan.notes(plugin, jar));
            }
        }
        PluginDescription description = describe(plugin, version, sha256, modules.describe(copy.jars()));
        return new PluginCandidate(description, modules, copy, open);
    }

    private void noteAutomatic(PluginModules modules) {
        for (PluginModules.Entry module : modules.own()) {
            if (module.descriptor().isAutomatic()) {
                notes.add(module.jar().file() + " has no module-info: it becomes the automatic module "
                        + module.descriptor().name()
                        + ", and what it needs is found out only when it is used");
            }
        }
    }

    private PluginDescription describe(String name, Optional<String> version, String sha256, List<PluginJar> jars) {
        PluginDescription description = new PluginDescription(name, version, place, sha256, jars, requirements, notes);
        described = Optional.of(description);
        return description;
    }
}
