package tasker.events.inprocess;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InProcessDomainEvent;

/**
 * Hold the listeners of a poller and find those that want an event.
 *
 * <p>Never changed but for the index, which is made for the first event, so that thousands can be added one after the
 * other without one for each, and the answers that it has given; both are for the poller's thread only.
 */
final class Listeners {
    /** So many types are remembered; a program has far fewer, unless it makes them up as it goes. */
    private static final int REMEMBERED = 1_024;

    /** So many listeners may stand in all those answers together. */
    private static final int REMEMBERED_LISTENERS = 65_536;

    static final Listeners NONE = new Listeners(List.of());

    private final List<Listener> all;
    private @Nullable PatternIndex<Listener> index;
    private final Map<String, List<Listener>> answers = new HashMap<>();
    private int remembered;

    private Listeners(List<Listener> all) {
        this.all = all;
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
        PatternIndex<Listener> made = index;
        if (made == null) {
            made = new PatternIndex<>(all, Listener::pattern);
            index = made;
        }
        List<Listener> found = made.match(event.eventType());
        if (answers.size() == REMEMBERED || remembered + found.size() > REMEMBERED_LISTENERS) {
            answers.clear();
            remembered = 0;
        }
        answers.put(event.eventType(), found);
        remembered += found.size();
        return found;
    }
}
