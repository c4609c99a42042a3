package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Find out, before a plugin is loaded, why it would not work: the errors of the module system itself tell too little,
 * or do not come at all.
 */
final class PluginChecks {
    private final String plugin;
    private final PluginDescription description;
    private final PluginModules modules;
    private final List<ModuleLayer> parents;

    /** Check a candidate that is to be loaded under these layers, the runtime's first. */
    PluginChecks(PluginCandidate candidate, List<ModuleLayer> parents) {
        this.plugin = candidate.name();
        this.description = candidate.description();
        this.modules = candidate.modules();
        this.parents = List.copyOf(parents);
    }

    /** Fail with the first problem found. */
    void run() throws IOException {
        bringsNoContracts();
        holdsEachPackageOnce();
        findsWhatItRequires();
        providesSomething();
        isOldEnough();
    }

    private void bringsNoContracts() {
        Map<String, String> contracts = new HashMap<>();
        for (Module module : parents.getFirst().modules()) {
            if (module.getName().startsWith("tasker.")) {
                module.getPackages().forEach(name -> contracts.put(name, module.getName()));
            }
        }
        for (PluginModules.Entry module : modules.own()) {
            for (String name : new TreeSet<>(module.descriptor().packages())) {
                String owner = contracts.get(name);
                if (owner != null) {
                    throw new RefusedException(
                            "TASKER-P106",
                            "plugin '" + plugin + "' holds its own copy of package " + name + " of " + owner
                                    + ", so the worker would not know its services",
                            "leave that out of its jar (scope 'provided')");
                }
            }
        }
    }

    private void holdsEachPackageOnce() {
        Map<String, PluginModules.Entry> owners = new HashMap<>();
        for (PluginModules.Entry module : modules.own()) {
            for (String name : new TreeSet<>(module.descriptor().packages())) {
                PluginModules.Entry other = owners.putIfAbsent(name, module);
                if (other != null) {
                    throw new RefusedException(
                            "TASKER-P118",
                            "plugin '" + plugin + "' holds package " + name + " twice, in "
                                    + other.jar().file()
                                    + " (module " + other.descriptor().name() + ") and in "
                                    + module.jar().file() + " (module "
                                    + module.descriptor().name() + "), and a package may stand in one module only",
                            "leave out one of the two jars, or make one jar of them");
                }
            }
        }
    }

    private void findsWhatItRequires() {
        Map<String, Set<String>> missing = new TreeMap<>();
        for (PluginModules.Entry module : modules.own()) {
            for (Requires required : module.descriptor().requires()) {
                boolean optional = required.modifiers().contains(Requires.Modifier.STATIC);
                if (!optional
                        && !modules.names().contains(required.name())
                        && parents.stream()
                                .allMatch(parent ->
                                        parent.findModule(required.name()).isEmpty())) {
                    missing.computeIfAbsent(required.name(), name -> new TreeSet<>())
                            .add("module " + module.descriptor().name() + " in "
                                    + module.jar().file());
                }
            }
        }
        if (!missing.isEmpty()) {
            List<String> wanted = new ArrayList<>();
            missing.forEach((name, by) -> wanted.add(name + " (required by " + String.join(", ", by) + ")"));
            throw new RefusedException(
                    "TASKER-P104",
                    "plugin '" + plugin + "'"
                            + description
                                    .version()
                                    .map(version -> " " + version)
                                    .orElse("") + " needs module "
                            + String.join(", ", wanted) + ", which this runtime lacks",
                    advice(missing.keySet()));
        }
    }

    private static String advice(Set<String> missing) {
        Set<String> ofJava = missing.stream()
                .filter(name -> name.startsWith("java.") || name.startsWith("jdk."))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> others = new TreeSet<>(missing);
        others.removeAll(ofJava);
        String link = "link it with --add-modules " + String.join(",", ofJava);
        String copy = "put the jar of " + String.join(", ", others) + " into the plugin's folder";
        if (others.isEmpty()) {
            return link;
        }
        return ofJava.isEmpty() ? copy : link + ", and " + copy;
    }

    private void providesSomething() {
        if (description.services().isEmpty()) {
            boolean classes = modules.own().stream()
                    .anyMatch(module -> !module.descriptor().packages().isEmpty());
            throw new RefusedException(
                    "TASKER-P108",
                    "plugin '" + plugin + "' " + (classes ? "provides none of a worker's services" : "holds no class"),
                    "state its services in its module-info (provides ... with ...) or in META-INF/services, or remove"
                            + " it");
        }
    }

    private void isOldEnough() throws IOException {
        int runtime = Runtime.version().feature();
        for (PluginModules.Entry module : modules.own()) {
            try (ModuleReader reader = module.reference().open()) {
                for (Provides provides : module.descriptor().provides()) {
                    for (String provider : provides.providers()) {
                        int java = javaVersion(reader, provider);
                        if (java > runtime) {
                            throw ClassFiles.tooNew(plugin, "class " + provider, java);
                        }
                    }
                }
            }
        }
    }

    private static int javaVersion(ModuleReader reader, String type) throws IOException {
        Optional<InputStream> found = reader.open(type.replace('.', '/') + ".class");
        if (found.isEmpty()) {
            return 0;
        }
        try (InputStream in = found.get()) {
            return ClassFiles.javaVersion(in);
        }
    }
}
