package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.UuidV7;

class LedgerTests {
    private final UUID run = UuidV7.next();
    private final Ledger ledger = new Ledger(run);

    @Test
    void outcomesAreCountedByTheirKind() {
        ledger.accept(outcome(1, StepResult.success(Map.of())));
        ledger.accept(outcome(2, StepResult.permanentFailure("line 2: 'customer' is missing")));
        ledger.accept(outcome(3, StepResult.retryableFailure("later")));
        ledger.accept(outcome(4, new StepResult.Failure(StepResult.FailureKind.TIMEOUT, "slow")));

        assertThat(ledger.tally()).isEqualTo(new Ledger.Tally(0, 0, 1, 1, 2));
        assertThat(ledger.tally().ended()).isEqualTo(4);
        assertThat(ledger.tally().durableEvents()).isEqualTo(2);
        assertThat(ledger.firstEndNanos()).isPresent();
    }

    @Test
    void stepsOfOthersAreNotCounted() {
        ledger.accept(new StepOutcome(
                StepRequest.of("process-order", Map.of()), StepResult.success(Map.of()), Duration.ZERO, Instant.EPOCH));

        assertThat(ledger.tally().ended()).isZero();
        assertThat(ledger.owns(Optional.empty())).isFalse();
        assertThat(ledger.owns(Optional.of(run))).isTrue();
    }

    @Test
    void failuresThatDifferOnlyInValuesAreOneGroup() {
        ledger.accept(outcome(7, StepResult.permanentFailure("line 7: 'items[3].quantity' is 2.5; expected 1 to 9")));
        ledger.accept(outcome(8, StepResult.permanentFailure("line 8: 'items[0].quantity' is -1; expected 1 to 9")));
        ledger.accept(outcome(9, StepResult.permanentFailure("line 9: 'currency' is \"BTC\"")));
        ledger.accept(outcome(10, StepResult.permanentFailure("line 10: 'currency' is \"X Y\"")));
        ledger.accept(outcome(11, StepResult.permanentFailure("line 11: 'customer' is missing")));
        ledger.refuse(new OrderLine(12, "x", true), "the line has more than 5 bytes");

        List<FailureReasons.Group> groups = ledger.failures();

        assertThat(groups)
                .containsExactly(
                        new FailureReasons.Group(2, 7, "'items[3].quantity' is 2.5; expected 1 to 9"),
                        new FailureReasons.Group(2, 9, "'currency' is \"BTC\""),
                        new FailureReasons.Group(1, 11, "'customer' is missing"),
                        new FailureReasons.Group(1, 12, "the line has more than 5 bytes"));
    }

    private StepOutcome outcome(int line, StepResult result) {
        StepRequest request = new StepRequest(
                UuidV7.next(), "process-order", Map.of("line", line, "text", "{}"), 1, Optional.of(run));
        return new StepOutcome(request, result, Duration.ofMillis(1), Instant.EPOCH);
    }
}
