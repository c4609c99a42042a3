package tasker.bootstrap.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.events.api.WorkerMetrics;

/** Put what was counted on different sides next to each other. */
final class Comparisons {
    private static final String READ_BACK = "read back";

    private Comparisons() {}

    /**
     * Compare every number.
     *
     * @param lines lines in the file, counted before the run
     * @param tally what the reader and the result sink counted
     * @param metrics what the worker counted
     * @param fast what a subscriber of the fast path counted
     * @param durable what a consumer read back; empty when the queue could not be read
     */
    static List<Comparison> of(
            long lines, Ledger.Tally tally, WorkerMetrics metrics, FastSide fast, Optional<DurableSide> durable) {
        List<Comparison> all = new ArrayList<>();
        all.add(Comparison.of(
                "orders", "lines in the file", lines, "submitted + refused", tally.submitted() + tally.refused()));
        all.add(Comparison.of("steps ended", "result sink", tally.ended(), "metrics", metrics.stepsProcessed()));
        all.add(Comparison.of("steps submitted", "reader", tally.submitted(), "ended", tally.ended()));
        all.add(Comparison.of(
                "steps succeeded", "result sink", tally.succeeded(), "metrics", metrics.stepsSucceeded()));
        all.add(Comparison.of("steps failed", "result sink", tally.failed(), "metrics", metrics.stepsFailed()));
        all.add(Comparison.of(
                "events published",
                "metrics",
                metrics.domainEventsPublished(),
                fast.missed() == 0 ? "fast path received" : "received + " + fast.missed() + " missed",
                fast.received() + fast.missed()));
        all.add(new Comparison(
                "durable events",
                "fast path received",
                fast.durable(),
                "succeeded + failed for good",
                tally.durableEvents(),
                fast.durable() <= tally.durableEvents() && fast.durable() + fast.missed() >= tally.durableEvents()));
        durable.ifPresent(read -> addDurable(all, tally, fast, read));
        return all;
    }

    private static void addDurable(List<Comparison> all, Ledger.Tally tally, FastSide fast, DurableSide durable) {
        all.add(Comparison.of(
                OrderEvents.PROCESSED, READ_BACK, durable.processed(), "steps succeeded", tally.succeeded()));
        all.add(Comparison.of(
                OrderEvents.REJECTED, READ_BACK, durable.rejected(), "failed for good", tally.permanent()));
        all.add(byId(fast, durable));
        all.add(Comparison.of(
                "events settled",
                "acknowledged",
                durable.acknowledged(),
                durable.duplicates() == 0 ? READ_BACK : READ_BACK + ", again too",
                durable.found() + durable.duplicates()));
        durable.leftOver()
                .ifPresent(messages -> all.add(
                        Comparison.of("queue afterwards", "messages in it", messages, "of others", durable.others())));
    }

    /**
     * What the fast path missed it cannot show: that many ids may be in the queue alone, and none may be lost there.
     */
    private static Comparison byId(FastSide fast, DurableSide durable) {
        long onlyFast = durable.missingFrom(fast);
        long onlyDurable = durable.absentFrom(fast);
        boolean agrees = onlyFast == 0 && onlyDurable <= fast.missed();
        return new Comparison(
                "the same event_ids", READ_BACK, durable.found(), "fast path received", fast.durable(), agrees);
    }
}
