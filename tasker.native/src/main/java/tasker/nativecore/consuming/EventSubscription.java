package tasker.nativecore.consuming;

/** Handle events until it is closed; safe for use by many threads. */
public interface EventSubscription extends AutoCloseable {
    /** What has become of the events, as it stands now. */
    SubscriptionFigures figures();

    /**
     * Read no more, let handlers finish within {@link SubscriptionOptions#drainTimeout()}, interrupt those that have
     * not, give their events back, and settle the rest. The worker's close does the same, within its own bound. Waits
     * for a close that is under way; closing again does nothing. A handler must not call it: it would wait for itself.
     */
    @Override
    void close();
}
