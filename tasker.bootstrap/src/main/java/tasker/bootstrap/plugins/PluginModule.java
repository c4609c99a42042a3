package tasker.bootstrap.plugins;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.List;
import java.util.Optional;

/**
 * Describe one module of a plugin.
 *
 * @param name its name; derived from the jar's name when it is automatic and its manifest gives none
 * @param version what its jar says its version is
 * @param automatic whether the jar has no {@code module-info}, so that nothing says what it needs
 * @param shared whether the runtime, or a plugin that this one requires, has a module of that name: theirs is used, and
 *     this one is left aside
 * @param requires the names of the modules that it cannot do without; an automatic module names none
 * @param services the services that it provides
 */
public record PluginModule(
        String name,
        Optional<String> version,
        boolean automatic,
        boolean shared,
        List<String> requires,
        List<PluginService> services) {
    /** Copy the lists. */
    public PluginModule {
        requires = List.copyOf(requires);
        services = List.copyOf(services);
    }

    static PluginModule of(ModuleDescriptor module, boolean shared) {
        List<String> requires = module.isAutomatic()
                ? List.of()
                : module.requires().stream()
                        .filter(required -> !required.modifiers().contains(Requires.Modifier.STATIC))
                        .map(Requires::name)
                        .sorted()
                        .toList();
        return new PluginModule(
                module.name(), module.rawVersion(), module.isAutomatic(), shared, requires, PluginService.of(module));
    }
}
