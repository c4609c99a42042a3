package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;

/**
 * Find out, before a plugin is loaded, why it would not work: the errors of the module system itself tell too little,
 * or do not come at all.
 */
final class PluginChecks {
    private final String plugin;
    private final PluginModules modules;
    private final ModuleLayer parent;

    PluginChecks(String plugin, PluginModules modules, ModuleLayer parent) {
        this.plugin = plugin;
        this.modules = modules;
        this.parent = parent;
    }

    /** Fail with the first problem found. */
    void run() throws IOException {
        bringsNoContracts();
        findsWhatItRequires();
        providesSomething();
        isOldEnough();
    }

    private void bringsNoContracts() {
        Map<String, String> contracts = new HashMap<>();
        for (Module module : parent.modules()) {
            if (module.getName().startsWith("tasker.")) {
                module.getPackages().forEach(name -> contracts.put(name, module.getName()));
            }
        }
        for (ModuleReference module : modules.references()) {
            for (String name : new TreeSet<>(module.descriptor().packages())) {
                String owner = contracts.get(name);
                if (owner != null) {
                    throw new TaskerException(
                            "TASKER-P106",
                            "plugin '" + plugin + "' holds its own copy of package " + name + " of " + owner
                                    + ", so the worker would not know its services; leave that out of its jar"
                                    + " (scope 'provided')");
                }
            }
        }
    }

    private void findsWhatItRequires() {
        Set<String> missing = new TreeSet<>();
        for (ModuleReference module : modules.references()) {
            for (Requires required : module.descriptor().requires()) {
                boolean optional = required.modifiers().contains(Requires.Modifier.STATIC);
                if (!optional
                        && !modules.names().contains(required.name())
                        && parent.findModule(required.name()).isEmpty()) {
                    missing.add(required.name());
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new TaskerException(
                    "TASKER-P104",
                    "plugin '" + plugin + "'"
                            + modules.version().map(version -> " " + version).orElse("") + " needs module "
                            + String.join(", ", missing) + ", which this runtime image lacks; " + advice(missing));
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
        Set<String> services = Optional.ofNullable(
                        WorkerSystem.class.getModule().getDescriptor())
                .map(ModuleDescriptor::uses)
                .orElse(Set.of());
        boolean any = modules.references().stream()
                .flatMap(module -> module.descriptor().provides().stream())
                .map(Provides::service)
                .anyMatch(services::contains);
        if (!any) {
            throw new TaskerException(
                    "TASKER-P108",
                    "plugin '" + plugin + "' provides none of a worker's services; state them in its module-info"
                            + " (provides ... with ...) or in META-INF/services, or remove it");
        }
    }

    private void isOldEnough() throws IOException {
        int runtime = Runtime.version().feature();
        for (ModuleReference module : modules.references()) {
            try (ModuleReader reader = module.open()) {
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
