package tasker.bootstrap.plugins;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hold a plugin that is loaded: what it is, its module layer, and the private copies of its jars; safe for use by many
 * threads.
 *
 * <p>The jar or folder that it was loaded from may be replaced or deleted at any time: nothing reads it any more.
 */
public final class Plugin implements AutoCloseable {
    private final PluginDescription description;
    private final ModuleLayer layer;
    private final List<String> required;
    private final PluginCopy copy;
    private final OpenJars jars;
    private final AtomicBoolean closed = new AtomicBoolean();

    Plugin(PluginDescription description, ModuleLayer layer, List<String> required, PluginCopy copy, OpenJars jars) {
        this.description = description;
        this.layer = layer;
        this.required = List.copyOf(required);
        this.copy = copy;
        this.jars = jars;
    }

    /** What it is. */
    public PluginDescription description() {
        return description;
    }

    /** What requirements, commands and logs know it by. */
    public String name() {
        return description.name();
    }

    /** Its modules, whose one class loader nothing else uses; the layers of the plugins it requires are parents. */
    public ModuleLayer layer() {
        return layer;
    }

    /** The names of the plugins that its layer has as parents: it must be stopped before any of them is. */
    public List<String> required() {
        return required;
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Let go of the jars and delete the private copies. Classes that were not loaded by then cannot be loaded any more,
     * so everything of the plugin must have been closed before. Closing twice does nothing.
     *
     * <p>The memory of its classes is given back once nothing refers to them, which is up to those who used them.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            jars.close();
            copy.close();
        }
    }

    @Override
    public String toString() {
        return description.name()
                + description.version().map(version -> " " + version).orElse("");
    }
}
