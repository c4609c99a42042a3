package tasker.bootstrap.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hold what a demonstration found out.
 *
 * @param orders the file, for people
 * @param tally what the reader and the result sink counted
 * @param workNanos how long the orders took
 * @param firstStep when the first step was done, counted from the start of the process; empty when none was
 * @param failures the failures by reason, the largest group first
 * @param comparisons every number that was counted on two sides
 * @param troubles what went wrong otherwise, and what deserves to be known
 */
record DemoResult(
        String orders,
        Ledger.Tally tally,
        long workNanos,
        Optional<String> firstStep,
        List<FailureReasons.Group> failures,
        List<Comparison> comparisons,
        List<String> troubles) {

    DemoResult {
        failures = List.copyOf(failures);
        comparisons = List.copyOf(comparisons);
        troubles = List.copyOf(troubles);
    }

    /** Whether nothing went wrong and every number is the same on both sides. */
    boolean agrees() {
        return troubles.isEmpty() && comparisons.stream().allMatch(Comparison::agrees);
    }

    /** What a person must know: the troubles, and each number that differs. */
    List<String> disagreements() {
        List<String> lines = new ArrayList<>(troubles);
        for (Comparison each : comparisons) {
            if (!each.agrees()) {
                lines.add(each.what() + ": " + each.left() + " says " + each.leftCount() + ", " + each.right()
                        + " says " + each.rightCount());
            }
        }
        return lines;
    }
}
