package tasker.events.inprocess;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tasker.events.api.InProcessDomainEvent;

/**
 * Hold the listeners of a poller and find those that want an event.
 *
 * <p>Never changed but for the answers that it remembers; those are for the poller's thread only.
 */
final class Listeners {
    /** So many types are remembered; a program has far fewer, unless it makes them up as it goes. */
    private static final int REMEMBERED = 1_024;

    static final Listeners NONE = new Listeners(List.of());

    private final List<Listener> all;
    private final PatternIndex<Listener> index;
    private final Map<String, List<Listener>> answers = new HashMap<>();

    private Listeners(List<Listener> all) {
        this.all = all;
        index = new PatternIndex<>(all, Listener::pattern);
    }

    Listeners with(Listener added) {
        List<Listener> more = new ArrayList<>(all);
        more.add(added);
        return new Listeners(more);
    }

    Listeners without(Listener removed) {
        List<Listener> fewer = new ArrayList<>(all);
        fewer.remove(removed);
        return new Listeners(fewer);
    }

    /** Those that want this event, in the order that they were added in; for the poller's thread. */
    List<Listener> of(InProcessDomainEvent event) {
        List<Listener> known = answers.get(event.eventType());
        if (known != null) {
            return known;
        }
        if (answers.size() == REMEMBERED) {
            answers.clear();
        }
        List<Listener> found = index.match(event.eventType());
        answers.put(event.eventType(), found);
        return found;
    }
}
