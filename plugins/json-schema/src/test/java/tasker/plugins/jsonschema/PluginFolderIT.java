package tasker.plugins.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.PayloadValidator;

/** The finished folder holds all that a runtime image lacks. */
class PluginFolderIT {
    private static final String MODULE = "tasker.plugins.jsonschema";

    @Test
    void thePluginWorksInALayerOfItsOwn() {
        ModuleLayer boot = ModuleLayer.boot();
        ModuleFinder finder = ModuleFinder.of(Path.of("target/dist"));
        Configuration configuration = boot.configuration().resolveAndBind(finder, ModuleFinder.of(), Set.of(MODULE));
        ModuleLayer layer =
                boot.defineModulesWithOneLoader(configuration, getClass().getClassLoader());
        getClass().getModule().addUses(PayloadValidator.class);
        PayloadValidator validator = ServiceLoader.load(layer, PayloadValidator.class).stream()
                .filter(candidate -> candidate.type().getModule().getLayer() == layer)
                .findFirst()
                .orElseThrow()
                .get();

        assertThat(finder.findAll())
                .extracting(module -> module.descriptor().name())
                .containsExactlyInAnyOrder(MODULE, "com.networknt.schema", "com.ethlo.time");
        assertThat(validator.compile("{\"required\": [\"x\"]}").problems(Map.of()))
                .hasSize(1);
    }
}
