package tasker.nativecore;

/** Say where a plugin is in its life, and why. */
public sealed interface PluginState {
    /** The lower-case word for it, as it stands in JSON. */
    String text();

    /** Its services are being started. */
    record Starting() implements PluginState {
        @Override
        public String text() {
            return "starting";
        }
    }

    /** Its services are in use. */
    record Active() implements PluginState {
        @Override
        public String text() {
            return "active";
        }
    }

    /** Its services end what they have begun. */
    record Stopping() implements PluginState {
        @Override
        public String text() {
            return "stopping";
        }
    }

    /**
     * It was stopped, and nothing of it is loaded any more.
     *
     * @param left what did not come to its end in time, for people; empty when all did
     */
    record Stopped(String left) implements PluginState {
        @Override
        public String text() {
            return "stopped";
        }
    }

    /**
     * It could not be loaded or started; nothing of it runs.
     *
     * @param cause why, starting with a code
     */
    record Failed(String cause) implements PluginState {
        @Override
        public String text() {
            return "failed";
        }
    }
}
