package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.DatabaseProvider;

class PluginFolderIT {
    private static final String MODULE = "tasker.plugins.embeddedpostgres";

    @Test
    void thePluginWorksInALayerOfItsOwnAndFindsPostgresBesideItsJar() throws Exception {
        ModuleLayer boot = ModuleLayer.boot();
        ModuleFinder finder = ModuleFinder.of(Path.of("target/dist/" + MODULE + "-0.1.0.jar"));
        Configuration configuration = boot.configuration().resolveAndBind(finder, ModuleFinder.of(), Set.of(MODULE));
        ModuleLayer layer =
                boot.defineModulesWithOneLoader(configuration, getClass().getClassLoader());
        getClass().getModule().addUses(DatabaseProvider.class);
        DatabaseProvider provider = ServiceLoader.load(layer, DatabaseProvider.class).stream()
                .filter(candidate -> candidate.type().getModule().getLayer() == layer)
                .findFirst()
                .orElseThrow()
                .get();

        try {
            provider.start(new TestContext(Map.of()));
            assertThat(Sql.query(provider.database(), "SHOW server_version")).startsWith("18.");
        } finally {
            provider.close();
        }
    }
}
