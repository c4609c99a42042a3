package tasker.events.inprocess;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Log what callbacks throw: each kind of failure the first time, with its stack, and then at most once in a while.
 *
 * <p>A kind is a class of exceptions, thrown by one callback at one place. Kinds are few; those that come after
 * {@value #MAX_KINDS} of them are logged at most once in a while together. Safe for use by many threads.
 */
final class FailureLog {
    static final int MAX_KINDS = 64;
    private static final String OTHERS = "";

    private final Map<String, OnceInAWhile> kinds = new HashMap<>();

    /**
     * Log a failure, if it is time to.
     *
     * @param callback who threw it
     * @param log writes the line, with the exception that it is given: the failure, or what stands for one whose own
     *     methods throw, which no logger could print
     */
    void log(String callback, Throwable failure, Consumer<Throwable> log) {
        if (!of(callback + ' ' + failure.getClass().getName() + ' ' + place(failure))
                .isDue()) {
            return;
        }
        try {
            log.accept(failure);
        } catch (Throwable unprintable) {
            log.accept(new IllegalStateException(failure.getClass().getName() + ", whose own methods throw "
                    + unprintable.getClass().getName()));
        }
    }

    private synchronized OnceInAWhile of(String kind) {
        OnceInAWhile known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        return kinds.computeIfAbsent(kinds.size() < MAX_KINDS ? kind : OTHERS, added -> new OnceInAWhile());
    }

    /** Where it was thrown, as far as it says so. */
    private static String place(Throwable failure) {
        try {
            StackTraceElement[] stack = failure.getStackTrace();
            return stack.length == 0 ? "" : stack[0].toString();
        } catch (Throwable unprintable) {
            return "";
        }
    }
}
