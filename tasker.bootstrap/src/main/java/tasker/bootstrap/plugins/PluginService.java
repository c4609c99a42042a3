package tasker.bootstrap.plugins;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tasker.nativecore.WorkerSystem;

/**
 * Name a service of a worker's that a plugin provides.
 *
 * @param type the simple name of the service type, such as {@code StepHandler}
 * @param provider the class
 */
public record PluginService(String type, String provider) {
    /** The services of a worker's among all that a module provides, sorted. */
    static List<PluginService> of(ModuleDescriptor module) {
        Set<String> known = known();
        return module.provides().stream()
                .filter(provides -> known.contains(provides.service()))
                .flatMap(provides -> provides.providers().stream()
                        .map(provider -> new PluginService(simple(provides.service()), provider)))
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    /** The names of the service types that a worker looks for. */
    private static Set<String> known() {
        return Stream.ofNullable(WorkerSystem.class.getModule().getDescriptor())
                .map(ModuleDescriptor::uses)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
