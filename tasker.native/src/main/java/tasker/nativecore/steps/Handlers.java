package tasker.nativecore.steps;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.guard.Gate;

/**
 * Know who runs the steps of which name, while handlers come and go; safe for use by many threads.
 *
 * <p>A step enters the gate of its handler when it is submitted and leaves it when it has ended. Whoever takes a
 * handler away removes it from the names first and closes its gate then: a step that finds the gate closed looks the
 * name up again, and one that came in before is waited for.
 */
final class Handlers {
    private final PipelineLimits limits;
    private final Map<String, RegisteredHandler> active = new ConcurrentHashMap<>();
    private final Map<String, String> missing = new ConcurrentHashMap<>();
    private final FormerFigures figures;

    /** Everything that may have work under way: what is active, and what was taken away and has not come to rest. */
    private final Set<HandlerLife> lives = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    Handlers(PipelineLimits limits) {
        this.limits = limits;
        figures = new FormerFigures(limits.window());
    }

    /** Run the steps of this name with this handler. */
    void register(String name, StepHandler handler, Optional<PayloadChecks> checks) {
        RegisteredHandler registered = RegisteredHandler.of(name, handler, limits, figures.of(name), checks);
        watch(registered.life());
        missing.remove(name);
        active.put(name, registered);
    }

    /** Refuse the steps of this name for this reason. */
    void registerMissing(String name, String reason) {
        active.remove(name);
        missing.put(name, reason);
    }

    /** Take no more steps for this name, and forget why there was none; {@code null} when it has no handler. */
    @Nullable
    RegisteredHandler remove(String name) {
        missing.remove(name);
        RegisteredHandler removed = active.remove(name);
        if (removed != null) {
            removed.life().retire();
            figures.retire(name);
        }
        return removed;
    }

    /** A stand-in for a handler that is not there now: steps can wait for it, and end, but not run. */
    RegisteredHandler absent(String name) {
        RegisteredHandler absent = RegisteredHandler.absent(name, limits, figures.of(name));
        watch(absent.life());
        return absent;
    }

    /** The handler of this name; {@code null} when there is none. */
    @Nullable
    RegisteredHandler find(String name) {
        return active.get(name);
    }

    Set<String> names() {
        return new TreeSet<>(active.keySet());
    }

    /** The names of those that have events with a schema. */
    Set<String> withSchemas() {
        Set<String> names = new TreeSet<>();
        active.forEach((name, handler) -> {
            if (handler.events().stream()
                    .anyMatch(declared -> declared.event().schema().isPresent())) {
                names.add(name);
            }
        });
        return names;
    }

    /** How the steps of each name ended, those included whose handlers are gone. */
    Map<String, HandlerFigures> figures() {
        return figures.all();
    }

    /** Take no more steps at all. */
    void close() {
        closed = true;
        lives.forEach(life -> life.steps().close());
    }

    boolean isClosed() {
        return closed;
    }

    /** How many are inside these gates of all handlers. */
    long inside(Function<HandlerLife, Gate> gate) {
        long inside = 0;
        for (HandlerLife life : lives()) {
            inside += gate.apply(life).inside();
        }
        return inside;
    }

    /** Wait until these gates of all handlers are empty or the deadline has passed; tells whether they are. */
    boolean awaitEmpty(Function<HandlerLife, Gate> gate, long deadlineNanos) throws InterruptedException {
        boolean empty = true;
        for (HandlerLife life : lives()) {
            empty &= gate.apply(life).awaitEmpty(deadlineNanos);
        }
        return empty;
    }

    TaskerException unknown(String name) {
        String reason = Optional.ofNullable(missing.get(name))
                .map(text -> "the handler '" + name + "' did not start: " + text)
                .orElseGet(() -> "no handler is named '" + name + "'; there "
                        + (active.isEmpty()
                                ? "is none: add the jar that provides it"
                                : "are " + String.join(", ", names())));
        return new TaskerException("TASKER-S102", reason);
    }

    private Collection<HandlerLife> lives() {
        lives.removeIf(HandlerLife::isOver);
        return List.copyOf(lives);
    }

    private void watch(HandlerLife life) {
        lives.removeIf(HandlerLife::isOver);
        lives.add(life);
        if (closed) {
            life.steps().close();
        }
    }
}
