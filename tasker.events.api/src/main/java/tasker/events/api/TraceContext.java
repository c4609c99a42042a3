package tasker.events.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tie work to a trace, as the W3C recommendation <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 * describes it: what travels in two headers, the ids in one and what vendors add in another. Immutable.
 *
 * <p>There may be a current one, for as long as {@link #call} or {@link #run} runs: the worker makes that of a step or
 * of an event current while its handler runs, and gives the current one to events that are published and to steps that
 * are submitted, unless they have one of their own. It is bound to the thread; other threads than those of a structured
 * scope are given it by a call of {@link #run} there.
 *
 * @param traceId 32 hexadecimal digits in lower case, not all zero
 * @param spanId 16 hexadecimal digits in lower case, not all zero
 * @param sampled whether the caller may have recorded it
 * @param traceState what vendors add, as one header; empty for none
 */
public record TraceContext(String traceId, String spanId, boolean sampled, String traceState) {
    /** The header that carries the ids. */
    public static final String TRACEPARENT = "traceparent";

    /** The header that carries what vendors add. */
    public static final String TRACESTATE = "tracestate";

    private static final Pattern VERSION_00 = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** What comes after the flags in a later version is not known, and not passed on. */
    private static final Pattern LATER =
            Pattern.compile("(?!ff|00)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");

    private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
    private static final Pattern SPAN_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");
    private static final int SAMPLED = 1;
    private static final ScopedValue<Optional<TraceContext>> CURRENT = ScopedValue.newInstance();

    /**
     * Check the values; a malformed {@code traceState} is dropped, as the recommendation has it.
     *
     * @throws InvalidValueException when an id is malformed
     */
    public TraceContext {
        if (!TRACE_ID.matcher(traceId).matches()) {
            throw new InvalidValueException("trace_id", "must be 32 hexadecimal digits in lower case, not all zero");
        }
        if (!SPAN_ID.matcher(spanId).matches()) {
            throw new InvalidValueException("span_id", "must be 16 hexadecimal digits in lower case, not all zero");
        }
        traceState = TraceState.checked(traceState);
    }

    /**
     * Read the two headers; empty when the first is malformed, since then both are to be ignored.
     *
     * @param parent the ids, in version 00, or in a later one, of which the part that is known is read
     * @param state what vendors add; several headers are joined by commas before; empty for none
     */
    public static Optional<TraceContext> parse(String parent, String state) {
        String text = parent.strip();
        if (!VERSION_00.matcher(text).matches() && !LATER.matcher(text).matches()) {
            return Optional.empty();
        }
        String traceId = text.substring(3, 35);
        String spanId = text.substring(36, 52);
        if (!TRACE_ID.matcher(traceId).matches() || !SPAN_ID.matcher(spanId).matches()) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(text, 53, 55, 16) & SAMPLED) != 0;
        return Optional.of(new TraceContext(traceId, spanId, sampled, state));
    }

    /** Read the two headers among others, whose names are in lower case; empty as {@link #parse} is. */
    public static Optional<TraceContext> of(Map<String, String> headers) {
        String parent = headers.get(TRACEPARENT);
        return parent == null ? Optional.empty() : parse(parent, headers.getOrDefault(TRACESTATE, ""));
    }

    /** The one that is current on this thread. */
    public static Optional<TraceContext> current() {
        return CURRENT.isBound() ? CURRENT.get() : Optional.empty();
    }

    /** Make this one current, for this call. */
    public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> operation) throws X {
        return ScopedValue.where(CURRENT, Optional.of(this)).call(operation);
    }

    /** Make this one current, while this runs. */
    public void run(Runnable operation) {
        ScopedValue.where(CURRENT, Optional.of(this)).run(operation);
    }

    /** The value of the header {@link #TRACEPARENT}. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }

    /** The headers: {@link #TRACEPARENT}, and {@link #TRACESTATE} where there is one. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TRACEPARENT, traceparent());
        if (!traceState.isEmpty()) {
            headers.put(TRACESTATE, traceState);
        }
        return headers;
    }
}
