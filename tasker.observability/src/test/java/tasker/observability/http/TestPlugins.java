package tasker.observability.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;
import tasker.nativecore.PluginManager;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;

/** Note what is asked for, and know one plugin. */
final class TestPlugins implements PluginManager {
    final List<String> calls = new ArrayList<>();

    @Override
    public List<PluginStatus> all() {
        return List.of(geo(new PluginState.Active()));
    }

    @Override
    public PluginStatus install(String fileName, InputStream jar) throws IOException {
        calls.add("install " + fileName + ' ' + new String(jar.readAllBytes(), StandardCharsets.UTF_8));
        return geo(new PluginState.Active());
    }

    @Override
    public PluginStatus replace(String name, InputStream jar) throws IOException {
        calls.add("replace " + name + ' ' + new String(jar.readAllBytes(), StandardCharsets.UTF_8));
        return geo(new PluginState.Active());
    }

    @Override
    public PluginStatus stop(String name) {
        if (!name.equals("geo")) {
            throw new TaskerException("TASKER-P130", "no plugin is named '" + name + "'");
        }
        calls.add("stop " + name);
        return geo(new PluginState.Stopped("1 steps were interrupted"));
    }

    @Override
    public PluginStatus start(String name) {
        throw new TaskerException("TASKER-P222", "'geo' did not start");
    }

    @Override
    public PluginStatus remove(String name) throws IOException {
        if (name.equals("fixed")) {
            throw new AccessDeniedException("/plugins/fixed.jar");
        }
        calls.add("remove " + name);
        return geo(new PluginState.Stopped(""));
    }

    private static PluginStatus geo(PluginState state) {
        return new PluginStatus(
                "geo",
                Optional.of("1.2"),
                "/plugins/geo.jar",
                Optional.of("ab12"),
                state,
                Instant.EPOCH,
                List.of("StepHandler geo.Find"),
                List.of(),
                List.of("maps"),
                List.of());
    }
}
