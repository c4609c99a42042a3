package tasker.events.api;

import java.util.List;
import java.util.Locale;

/** Choose the paths that an event takes. */
public enum DeliveryMode {
    /** The durable path only. */
    DURABLE,
    /** The fast path only. */
    FAST,
    /** The durable path and then, once the event is committed, the fast path; both carry the same {@code event_id}. */
    BROADCAST;

    /** The paths in the order in which an event takes them. */
    public List<DeliveryPath> paths() {
        return switch (this) {
            case DURABLE -> List.of(DeliveryPath.DURABLE);
            case FAST -> List.of(DeliveryPath.FAST);
            case BROADCAST -> List.of(DeliveryPath.DURABLE, DeliveryPath.FAST);
        };
    }

    /**
     * Read a mode from its lower-case name, as it stands in configuration and JSON.
     *
     * @throws InvalidValueException when the text names no mode
     */
    public static DeliveryMode parse(String text) {
        for (DeliveryMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new InvalidValueException("delivery_mode", "is '" + text + "'; expected durable, fast or broadcast");
    }

    /** The lower-case name, as it stands in configuration and JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
