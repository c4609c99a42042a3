package tasker.events.api;

import org.jspecify.annotations.Nullable;

/**
 * Report an event that was not, or may not have been, published.
 *
 * <p>A retry can help. Retry with the same {@link DomainEvent}, so that its {@code event_id} lets a reader tell a
 * duplicate when the first attempt {@linkplain #mayHaveBeenWritten() may have been written} after all.
 */
public final class PublishException extends TaskerException {
    private static final long serialVersionUID = 1L;

    private final boolean mayHaveBeenWritten;

    /** Build from a code, a message, whether the event may exist at its destination, and the cause. */
    public PublishException(String code, String message, boolean mayHaveBeenWritten, @Nullable Throwable cause) {
        super(code, message + (mayHaveBeenWritten ? " (may have been written)" : " (was not written)"), cause);
        this.mayHaveBeenWritten = mayHaveBeenWritten;
    }

    /** Whether the event may exist at its destination: {@code false} means that it certainly does not. */
    public boolean mayHaveBeenWritten() {
        return mayHaveBeenWritten;
    }
}
