package tasker.events.api.spi;

import java.util.concurrent.Flow;

/**
 * Control one subscription to a stream of the fast path, which counts what it loses; safe for use by many threads.
 *
 * @see FastTransport#flow
 */
public interface EventFlowSubscription extends Flow.Subscription {
    /** How many events, of any type, were overwritten before this subscription read them. */
    long missed();
}
