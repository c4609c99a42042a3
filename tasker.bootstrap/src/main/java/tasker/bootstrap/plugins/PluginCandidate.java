package tasker.bootstrap.plugins;

import java.util.ArrayList;
import java.util.List;

/**
 * Hold a plugin that was copied and read, and is not loaded yet.
 *
 * @param description what its jars say
 * @param modules its modules, without those of the runtime
 * @param copy the private copies
 * @param jars what reads them
 */
record PluginCandidate(PluginDescription description, PluginModules modules, PluginCopy copy, OpenJars jars)
        implements AutoCloseable {
    String name() {
        return description.name();
    }

    /** The same, sharing these modules with others, and with more notes. */
    PluginCandidate with(PluginModules less, List<String> more) {
        List<String> notes = new ArrayList<>(description.notes());
        notes.addAll(more);
        PluginDescription changed = new PluginDescription(
                description.name(),
                description.version(),
                description.place(),
                description.sha256(),
                less.describe(copy.jars()),
                description.requirements(),
                notes);
        return new PluginCandidate(changed, less, copy, jars);
    }

    /** Let go of the copies. */
    @Override
    public void close() {
        jars.close();
        copy.close();
    }
}
