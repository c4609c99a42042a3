package tasker.nativecore.steps;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keep the figures of handlers by their names, also after the handlers are gone: what was counted never falls, and a
 * handler that comes back goes on counting. Safe for use by many threads.
 *
 * <p>Of handlers that are gone, the last {@value #MAX_FORMER} keep a name of their own; those before them are added up
 * under {@value #OTHERS}, because plugins may bring new names as they come.
 */
final class FormerFigures {
    static final int MAX_FORMER = 64;
    static final String OTHERS = "(former)";

    private final Duration window;
    private final Map<String, HandlerFigures> byName = new TreeMap<>();

    /** Those who are gone, the one that went first in front. */
    private final Map<String, HandlerFigures> former = new LinkedHashMap<>();

    FormerFigures(Duration window) {
        this.window = window;
    }

    /** The figures of a handler that is there. */
    synchronized HandlerFigures of(String name) {
        former.remove(name);
        return byName.computeIfAbsent(name, ignored -> new HandlerFigures(window));
    }

    /** Know that a handler is gone. */
    synchronized void retire(String name) {
        HandlerFigures figures = byName.get(name);
        if (figures == null) {
            return;
        }
        former.put(name, figures);
        while (former.size() > MAX_FORMER) {
            Map.Entry<String, HandlerFigures> first =
                    former.entrySet().iterator().next();
            byName.computeIfAbsent(OTHERS, ignored -> new HandlerFigures(window))
                    .absorb(first.getValue());
            byName.remove(first.getKey());
            former.remove(first.getKey());
        }
    }

    synchronized Map<String, HandlerFigures> all() {
        return new TreeMap<>(byName);
    }
}
