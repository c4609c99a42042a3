package tasker.nativecore;

/**
 * Say what a subscriber has seen since it was registered.
 *
 * @param active whether it still gets events
 * @param received events that it got
 * @param handled events whose hooks all returned
 * @param failed events of which a hook has thrown
 * @param errorHookFailures times that {@code onError} itself has thrown
 */
public record SubscriberFigures(boolean active, long received, long handled, long failed, long errorHookFailures) {}
