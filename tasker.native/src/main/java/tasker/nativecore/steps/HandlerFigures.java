package tasker.nativecore.steps;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Meters;
import tasker.nativecore.metrics.LatencyHistogram;
import tasker.nativecore.metrics.SlidingWindow;
import tasker.nativecore.metrics.StripedCounter;

/** Count how the steps of one handler ended; safe for use by many threads. */
public final class HandlerFigures {
    private final StripedCounter succeeded = new StripedCounter();
    private final StripedCounter retryable = new StripedCounter();
    private final StripedCounter permanent = new StripedCounter();
    private final StripedCounter timedOut = new StripedCounter();
    private final StripedCounter retried = new StripedCounter();
    private final StripedCounter timeouts = new StripedCounter();
    private final StripedCounter threw = new StripedCounter();
    private final StripedCounter abandoned = new StripedCounter();
    private final LatencyHistogram executionTime = new LatencyHistogram();
    private final SlidingWindow recent;

    HandlerFigures(Duration window) {
        recent = new SlidingWindow(window);
    }

    void count(StepResult result, Optional<TraceContext> trace) {
        switch (result) {
            case StepResult.Success ignored -> succeeded.increment(trace);
            case StepResult.Failure failure -> {
                switch (failure.kind()) {
                    case RETRYABLE -> retryable.increment(trace);
                    case PERMANENT -> permanent.increment(trace);
                    case TIMEOUT -> timedOut.increment(trace);
                }
            }
        }
    }

    void countRetry() {
        retried.increment();
    }

    void countTimeout() {
        timeouts.increment();
    }

    void countThrown() {
        threw.increment();
    }

    void countAbandoned() {
        abandoned.increment();
    }

    void recordExecution(long nanos, long endNanos, Optional<TraceContext> trace) {
        executionTime.record(nanos, trace);
        recent.record(nanos, endNanos);
    }

    /** Add what another has counted, but for what is recent; nothing is counted there any more. */
    void absorb(HandlerFigures other) {
        succeeded.add(other.succeeded());
        retryable.add(other.retryable());
        permanent.add(other.permanent());
        timedOut.add(other.timedOut());
        retried.add(other.retried());
        timeouts.add(other.timeouts());
        threw.add(other.threw());
        abandoned.add(other.abandoned());
        executionTime.absorb(other.executionTime);
    }

    /** Steps that succeeded. */
    public long succeeded() {
        return succeeded.value();
    }

    /** Steps that failed and may succeed another time. */
    public long retryable() {
        return retryable.value();
    }

    /** Steps that failed for good. */
    public long permanent() {
        return permanent.value();
    }

    /** Steps that ran out of time. */
    public long timedOut() {
        return timedOut.value();
    }

    /** The count of the steps that ended so, by the word for it. */
    public Map<String, Meters.Counter> byOutcome() {
        Map<String, Meters.Counter> counters = new LinkedHashMap<>();
        counters.put("success", succeeded);
        counters.put("retryable", retryable);
        counters.put("permanent", permanent);
        counters.put("timeout", timedOut);
        return counters;
    }

    /** Attempts that failed and were followed by another one. */
    public long retried() {
        return retried.value();
    }

    /** Handlers that ran out of time, whether their steps were tried again or not. */
    public long timeouts() {
        return timeouts.value();
    }

    /** Handlers that threw. */
    public long threw() {
        return threw.value();
    }

    /** Handlers that ignored the interrupt and were left behind. */
    public long abandoned() {
        return abandoned.value();
    }

    /** How long handlers ran, within the sliding window. */
    public SlidingWindow recentExecution() {
        return recent;
    }

    /** How long handlers ran since the start. */
    public LatencyHistogram executionTime() {
        return executionTime;
    }
}
