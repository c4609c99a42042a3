package tasker.nativecore;

import java.util.List;

/**
 * Say what the services of a layer left when they were taken out; immutable.
 *
 * @param stepsInterrupted steps that had not ended when time ran out: they were interrupted, given back or refused
 * @param stepsLost of these, how many had not ended a moment later either
 * @param handlersLeftBehind handlers that ignored their interrupt and may go on
 * @param eventsLeft declared events of steps that were not sent yet
 * @param servicesLeftBehind the names of services that did not close, or still have an event, in time
 */
public record DetachReport(
        long stepsInterrupted,
        long stepsLost,
        long handlersLeftBehind,
        long eventsLeft,
        List<String> servicesLeftBehind) {
    /** Copy the list. */
    public DetachReport {
        servicesLeftBehind = List.copyOf(servicesLeftBehind);
    }

    /** Whether all that was begun came to its end. */
    public boolean isClean() {
        return stepsInterrupted + stepsLost + handlersLeftBehind + eventsLeft == 0 && servicesLeftBehind.isEmpty();
    }
}
