package tasker.nativecore.steps;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Say what became of the steps that were submitted.
 *
 * @param submitted how many there were, taken or not
 * @param full refused because the dispatch channel was full
 * @param unknown refused because no handler has the name
 * @param closed refused because the worker was being closed
 * @param interrupted given up by whoever waited to submit them
 */
public record IntakeFigures(long submitted, long full, long unknown, long closed, long interrupted) {
    /** Steps that were not taken, whatever the reason. */
    public long refused() {
        return full + unknown + closed + interrupted;
    }

    /** Steps that were not taken, by reason. */
    public Map<String, Long> byReason() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("full", full);
        counts.put("unknown", unknown);
        counts.put("closed", closed);
        counts.put("interrupted", interrupted);
        return counts;
    }
}
