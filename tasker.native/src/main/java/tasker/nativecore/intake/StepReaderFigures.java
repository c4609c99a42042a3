package tasker.nativecore.intake;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tasker.nativecore.metrics.StripedCounter;

/** Count what a reader has read, and what became of it; safe for use by many threads. */
public final class StepReaderFigures {
    final StripedCounter received = new StripedCounter();
    final StripedCounter malformed = new StripedCounter();
    final StripedCounter unknown = new StripedCounter();
    final StripedCounter elsewhere = new StripedCounter();
    final StripedCounter refused = new StripedCounter();
    final StripedCounter exhausted = new StripedCounter();
    final StripedCounter settled = new StripedCounter();
    final StripedCounter retried = new StripedCounter();
    final StripedCounter givenBack = new StripedCounter();
    final StripedCounter readAgain = new StripedCounter();
    final StripedCounter lost = new StripedCounter();
    final StripedCounter unsettled = new StripedCounter();
    final StripedCounter errors = new StripedCounter();
    private volatile Optional<String> problem = Optional.empty();

    void failing(String reason) {
        problem = Optional.of(reason);
    }

    void working() {
        problem = Optional.empty();
    }

    /** Why the last reading failed; empty when it did not. */
    public Optional<String> problem() {
        return problem;
    }

    /** Messages that were read. */
    public long received() {
        return received.value();
    }

    /** Calls of the source that threw. */
    public long errors() {
        return errors.value();
    }

    /** What became of the messages, by what became of them. */
    public Map<String, Long> byFate() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("settled", settled.value());
        counts.put("retried", retried.value());
        counts.put("given_back", givenBack.value());
        counts.put("read_again", readAgain.value());
        counts.put("malformed", malformed.value());
        counts.put("unknown_handler", unknown.value());
        counts.put("elsewhere", elsewhere.value());
        counts.put("read_too_often", exhausted.value());
        counts.put("result_refused", refused.value());
        counts.put("lost_claim", lost.value());
        counts.put("unsettled", unsettled.value());
        return counts;
    }
}
