package tasker.bootstrap.plugins;

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

    /** Let go of the copies. */
    @Override
    public void close() {
        jars.close();
        copy.close();
    }
}
