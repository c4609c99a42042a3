package tasker.bootstrap.demo;

/** Know the example worker: its handler, and the events that it publishes. */
final class OrderEvents {
    static final String HANDLER = "process-order";

    /** Broadcast when an order was processed. */
    static final String PROCESSED = "order.processed";

    /** Broadcast when an order was refused for good. */
    static final String REJECTED = "order.rejected";

    private OrderEvents() {}

    /** Whether events of this type take the durable path too. */
    static boolean isDurable(String eventType) {
        return eventType.equals(PROCESSED) || eventType.equals(REJECTED);
    }
}
