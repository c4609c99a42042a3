package tasker.nativecore.consuming;

import java.util.Locale;
import java.util.Optional;

/**
 * Say what a subscription has done since it was opened.
 *
 * @param state what it does now
 * @param inFlight events that are being handled
 * @param unsettled events that were received and are not settled, those in flight included
 * @param received events received
 * @param succeeded events handled and acknowledged
 * @param retried events given back for another attempt after a failure
 * @param deadLettered events moved to the dead letters by this subscription
 * @param lost events that another consumer had received before they were settled
 * @param released events given back unhandled, because the subscription closed
 * @param storeErrors failed calls of the store
 * @param problem why events cannot be read now; empty when they can
 */
public record SubscriptionFigures(
        State state,
        int inFlight,
        int unsettled,
        long received,
        long succeeded,
        long retried,
        long deadLettered,
        long lost,
        long released,
        long storeErrors,
        Optional<String> problem) {

    /** Tell what a subscription does. */
    public enum State {
        /** It reads and handles. */
        RUNNING,
        /** The store cannot be read; it tries again. */
        WAITING_FOR_STORE,
        /** It reads no more, and handlers finish. */
        DRAINING,
        /** It has ended. */
        CLOSED;

        /** The lower-case name, as it stands in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
