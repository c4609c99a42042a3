package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.bootstrap.console.Style;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.UuidV7;
import tasker.events.api.WorkerMetrics;

class ComparisonsTests {
    private final UUID run = UuidV7.next();
    private final Ledger ledger = new Ledger(run);
    private final TestEvents.Poller poller = new TestEvents.Poller();
    private final TestEvents.Consumer consumer = new TestEvents.Consumer();
    private final FastSide fast = new FastSide(poller, ledger);
    private final DurableSide durable = new DurableSide(ledger);
    private long expectedReceived;

    @AfterEach
    void close() {
        fast.close();
    }

    @Test
    void aRunWithoutLossAgreesEverywhere() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        order(2, StepResult.permanentFailure("bad"), OrderEvents.REJECTED, true, true);

        assertThat(compare(2, 4)).allMatch(Comparison::agrees).hasSize(11);
        assertThat(consumer.acknowledged).hasSize(2);
    }

    @Test
    void anEventThatIsNotInTheQueueDiffers() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        order(2, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, false);

        assertThat(compare(2, 4))
                .filteredOn(each -> !each.agrees())
                .extracting(Comparison::what)
                .containsExactly(OrderEvents.PROCESSED, "the same event_ids");
    }

    @Test
    void asManyIdsAsTheSubscriberMissedMayBeInTheQueueAlone() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        order(2, StepResult.success(Map.of()), OrderEvents.PROCESSED, false, true);
        poller.missed = 1;

        assertThat(compare(2, 4)).allMatch(Comparison::agrees);
    }

    @Test
    void anEventThatNobodyMissedAndNobodyReceivedDiffers() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        order(2, StepResult.success(Map.of()), OrderEvents.PROCESSED, false, true);

        assertThat(compare(2, 4))
                .filteredOn(each -> !each.agrees())
                .extracting(Comparison::what)
                .containsExactly("events published", "durable events", "the same event_ids");
    }

    @Test
    void eventsOfOthersAreGivenBackAndNotCounted() throws InterruptedException {
        DomainEvent foreign = TestEvents.event(OrderEvents.PROCESSED, UuidV7.next());
        consumer.put(foreign);
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);

        assertThat(compare(1, 2)).allMatch(Comparison::agrees);
        assertThat(durable.others()).isEqualTo(1);
        assertThat(consumer.released).extracting(each -> each.event().eventId()).containsExactly(foreign.eventId());
        assertThat(consumer.acknowledged).hasSize(1);
    }

    @Test
    void manyEventsOfOthersAheadDoNotEndTheReading() throws InterruptedException {
        int others = 11_000;
        for (int i = 0; i < others; i++) {
            consumer.put(TestEvents.event(OrderEvents.PROCESSED, UuidV7.next()));
        }
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);

        assertThat(compare(1, 2)).allMatch(Comparison::agrees);
        assertThat(durable.others()).isEqualTo(others);
        assertThat(consumer.released).hasSize(10_000);
    }

    @Test
    void eventsOfOthersThatComeAgainAndAgainEndTheReading() throws InterruptedException {
        consumer.put(TestEvents.event(OrderEvents.PROCESSED, UuidV7.next()));
        consumer.again = true;
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, false);

        assertThat(compare(1, 2)).anyMatch(each -> !each.agrees());
        assertThat(durable.others()).isEqualTo(1);
    }

    @Test
    void anEventThatIsTooManyDiffers() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        for (int i = 0; i < 500; i++) {
            consumer.put(TestEvents.event(OrderEvents.PROCESSED, run));
        }

        assertThat(compare(1, 2))
                .filteredOn(each -> !each.agrees())
                .extracting(Comparison::what)
                .containsExactly(OrderEvents.PROCESSED, "the same event_ids");
        assertThat(durable.found()).isEqualTo(501);
    }

    @Test
    void whatIsLeftInAQueueOfItsOwnDiffers() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        durable.leave(1);

        assertThat(compare(1, 2))
                .filteredOn(each -> !each.agrees())
                .extracting(Comparison::what)
                .containsExactly("queue afterwards");
    }

    @Test
    void whatOthersPublishedMeanwhileMayBeLeftInAQueueOfItsOwn() throws InterruptedException {
        DomainEvent foreign = TestEvents.event("order.created", UuidV7.next());
        consumer.put(foreign);
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        consumer.put(foreign);
        durable.leave(2);

        assertThat(compare(1, 2)).allMatch(Comparison::agrees).hasSize(12);
        assertThat(consumer.released).hasSize(2);
    }

    @Test
    void othersWhoGoOnPublishingDoNotKeepTheReadingUp() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        consumer.endless = true;

        assertThat(compare(1, 2)).allMatch(Comparison::agrees);
        assertThat(durable.others()).isPositive();
    }

    @Test
    void theSummarySaysWhatDiffers() throws InterruptedException {
        order(1, StepResult.success(Map.of()), OrderEvents.PROCESSED, true, true);
        DemoResult result = new DemoResult(
                "orders.jsonl",
                ledger.tally(),
                Duration.ofMillis(500).toNanos(),
                Optional.of("1.20 s"),
                List.of(new FailureReasons.Group(3, 17, "'customer' is missing")),
                compare(2, 2),
                List.of("the durable events could not be read back"));

        String text = Summary.text(result, Style.PLAIN);

        assertThat(result.agrees()).isFalse();
        assertThat(text)
                .contains("1 order of orders.jsonl in 0.5 s (2 a second)", "first step done after 1.20 s")
                .contains("3  'customer' is missing  line 17")
                .contains("DIFFERS")
                .contains("- the durable events could not be read back")
                .contains("- orders: lines in the file says 2, submitted + refused says 1")
                .doesNotContain("numbers agree");
        assertThat(Summary.json(result)).contains("\"agrees\": false", "\"left_count\": 2");
    }

    /** Compare what the sides have, for a file of so many lines and a worker that counted so many events. */
    private List<Comparison> compare(long lines, long published) throws InterruptedException {
        awaitReceived();
        durable.read(consumer, ledger.tally().durableEvents());
        Ledger.Tally tally = ledger.tally();
        WorkerMetrics metrics = new WorkerMetrics(
                "w",
                1,
                tally.ended(),
                tally.succeeded(),
                tally.failed(),
                0,
                1,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                published,
                0,
                0,
                0,
                0);
        return new ArrayList<>(Comparisons.of(lines, tally, metrics, fast, Optional.of(durable)));
    }

    private void awaitReceived() {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (fast.received() < expectedReceived && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(100_000);
        }
        assertThat(fast.received()).isEqualTo(expectedReceived);
    }

    private void order(int line, StepResult result, String type, boolean onFastPath, boolean inQueue) {
        StepRequest request = new StepRequest(
                UuidV7.next(), OrderEvents.HANDLER, Map.of("line", line, "text", "{}"), 1, Optional.of(run));
        ledger.submit();
        ledger.accept(new StepOutcome(request, result, Duration.ofMillis(1), Instant.EPOCH));
        poller.events.add(InProcessDomainEvent.of(TestEvents.event("order.received", run)));
        expectedReceived++;
        DomainEvent event = TestEvents.event(type, run);
        if (onFastPath) {
            poller.events.add(InProcessDomainEvent.of(event));
            expectedReceived++;
        }
        if (inQueue) {
            consumer.put(event);
        }
    }
}
