package tasker.events.api;

/** Name a way that an event travels. */
public enum DeliveryPath {
    /** Committed to a durable store before {@code publish} returns. */
    DURABLE,
    /** Handed to subscribers in this process; best effort, never blocks. */
    FAST
}
