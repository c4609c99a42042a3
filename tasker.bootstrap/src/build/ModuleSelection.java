import java.io.IOException;
import java.io.Reader;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Know which modules a person asks for: names of selections and of modules, separated by commas. */
final class ModuleSelection {
    private static final String OURS = "tasker.";

    private final Properties named = new Properties();
    private final ModuleFinder there;

    /** Choose from the selections that this file names, and from the modules of this path and of the JDK. */
    ModuleSelection(Path selections, String modulePath) throws IOException {
        try (Reader reader = Files.newBufferedReader(selections)) {
            named.load(reader);
        }
        Path[] jars = Arrays.stream(modulePath.split(System.getProperty("path.separator")))
                .map(Path::of)
                .toArray(Path[]::new);
        there = ModuleFinder.compose(ModuleFinder.of(jars), ModuleFinder.ofSystem());
    }

    /**
     * The modules that are meant.
     *
     * @throws IllegalArgumentException when a name is neither that of a selection nor that of a module
     */
    Set<String> modules(String wanted) {
        Set<String> modules = new LinkedHashSet<>();
        List<String> unknown = new ArrayList<>();
        for (String name : names(wanted)) {
            for (String module : names(named.getProperty(name, name))) {
                if (there.find(module).isPresent()) {
                    modules.add(module);
                } else {
                    unknown.add(module);
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("-Dtasker.modules=" + wanted + " names " + String.join(", ", unknown)
                    + ", which is neither a selection nor a module; the selections are "
                    + String.join(", ", new TreeSet<>(named.stringPropertyNames())) + ", the modules "
                    + String.join(", ", ours()) + ", and those of the JDK");
        }
        return modules;
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private Set<String> ours() {
        Set<String> ours = new TreeSet<>();
        for (ModuleReference module : there.findAll()) {
            if (module.descriptor().name().startsWith(OURS)) {
                ours.add(module.descriptor().name());
            }
        }
        return ours;
    }
}
