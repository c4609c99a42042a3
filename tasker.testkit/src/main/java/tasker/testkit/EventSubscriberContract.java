package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventSubscriber;

/**
 * Test what {@link EventSubscriber} promises.
 *
 * <p>Not tested: that its hooks are quick. Their order, their thread and what becomes of an exception are the worker's
 * to keep.
 */
public abstract class EventSubscriberContract extends WorkerServiceContract<EventSubscriber> {
    /** For subclasses. */
    protected EventSubscriberContract() {}

    /** An event that the subscriber handles without an error; a new one at each call. */
    protected abstract InProcessDomainEvent event();

    /** {@link EventSubscriber#pattern}: the types of the events to see, called after the start. */
    @Test
    public void thePatternMatchesWhatItHandles() throws Exception {
        assertThat(start().pattern().matches(event().eventType())).isTrue();
    }

    /** {@link EventSubscriber}: the hooks of one event are called in the order before, handle, after. */
    @Test
    public void theHooksHandleAnEvent() throws Exception {
        EventSubscriber subscriber = start();

        assertThatCode(() -> deliver(subscriber, event())).doesNotThrowAnyException();
    }

    /** {@link EventSubscriber}: it follows the events on a thread of the fast path, one event after the other. */
    @Test
    public void oneThreadDeliversManyEvents() throws Exception {
        EventSubscriber subscriber = start();

        waiting().run("all events are handled", () -> {
            for (int i = 0; i < 20; i++) {
                deliver(subscriber, event());
            }
        });
    }

    /**
     * {@link EventSubscriber#onError}: called instead of the rest when a hook has thrown; then the next event comes.
     */
    @Test
    public void goesOnAfterAnError() throws Exception {
        EventSubscriber subscriber = start();
        InProcessDomainEvent failed = event();

        assertThatCode(() -> {
                    subscriber.before(failed);
                    subscriber.onError(failed, new IllegalStateException("a hook has thrown"));
                    deliver(subscriber, event());
                })
                .doesNotThrowAnyException();
    }

    private static void deliver(EventSubscriber subscriber, InProcessDomainEvent event) throws Exception {
        subscriber.before(event);
        subscriber.handle(event);
        subscriber.after(event);
    }
}
