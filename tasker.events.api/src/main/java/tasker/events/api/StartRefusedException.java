package tasker.events.api;

/**
 * Report that a worker must not start with this configuration, such as one that would show it to strangers.
 *
 * <p>Thrown by a service from its start. Any other failure of a service that is not a transport leaves that service
 * out, and the worker goes on without it.
 */
public final class StartRefusedException extends TaskerException {
    private static final long serialVersionUID = 1L;

    /** Build from the error's code, and the reason with what to do. */
    public StartRefusedException(String code, String reason) {
        super(code, reason);
    }
}
