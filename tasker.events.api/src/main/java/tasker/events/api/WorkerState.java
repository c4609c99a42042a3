package tasker.events.api;

import java.util.Locale;

/** Name the states of a worker's life. */
public enum WorkerState {
    /** Services are being discovered and started. */
    STARTING,
    /** All that could start has started; steps and events are accepted. */
    RUNNING,
    /** No new work is accepted; what is in flight finishes, within a bound. */
    SHUTTING_DOWN,
    /** Everything is closed; a worker does not start again. */
    STOPPED,
    /** The start failed, and what had been started was closed again. */
    ERROR;

    /** The lower-case name, as it stands in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
