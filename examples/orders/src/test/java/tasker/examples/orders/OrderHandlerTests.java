package tasker.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.StepResult;
import tasker.events.api.StepResult.FailureKind;

class OrderHandlerTests {
    private static final String GOOD = """
            {"order_id":"ORD-1","customer":"Zoë","currency":"EUR","tax_rate":0.19,\
            "items":[{"sku":"MUG","quantity":3,"unit_price":9.95}]}""";

    private final OrderHandler handler = new OrderHandler();

    @Test
    void aGoodOrderIsAddedUp() {
        StepResult result = handler.handle(new TestStep(7, GOOD));

        assertThat(result)
                .isEqualTo(StepResult.success(Map.of(
                        "line",
                        7L,
                        "order_id",
                        "ORD-1",
                        "customer",
                        "Zoë",
                        "currency",
                        "EUR",
                        "items",
                        1,
                        "subtotal",
                        new BigDecimal("29.85"),
                        "tax",
                        new BigDecimal("5.67"),
                        "total",
                        new BigDecimal("35.52"))));
    }

    @Test
    void aBadOrderFailsForGoodAndTheReasonNamesTheLine() {
        assertThat(handler.handle(new TestStep(7, GOOD.replace("\"quantity\":3", "\"quantity\":-3"))))
                .isEqualTo(StepResult.permanentFailure(
                        "line 7: 'items[0].quantity' is -3; expected a whole number from 1 to 10000"));
    }

    @Test
    void anOrderThatComesTwiceFailsTheSecondTime() {
        handler.handle(new TestStep(7, GOOD));

        assertThat(handler.handle(new TestStep(9, GOOD)))
                .isEqualTo(StepResult.permanentFailure("line 9: 'order_id' is \"ORD-1\", which line 7 has already"));
    }

    @Test
    void aStepThatIsTriedAgainIsNoDuplicate() {
        handler.handle(new TestStep(7, GOOD));

        assertThat(handler.handle(new TestStep(7, GOOD))).isInstanceOf(StepResult.Success.class);
    }

    @Test
    void everyOrderIsAnnouncedBeforeItIsChecked() {
        TestStep step = new TestStep(7, "broken");

        handler.handle(step);

        assertThat(step.published).containsExactly(Map.entry("order.received {line=7}", DeliveryMode.FAST));
    }

    @Test
    void anOrderIsProcessedEvenWhereNothingCanBeAnnounced() {
        TestStep withoutFastPath = new TestStep(7, GOOD) {
            @Override
            public void publish(DomainEvent event, DeliveryMode mode) {
                throw new PublishException("TASKER-W201", "there is no fast path", false, null);
            }
        };

        assertThat(handler.handle(withoutFastPath)).isInstanceOf(StepResult.Success.class);
    }

    @Test
    void aStepWithoutALineSaysWhatItNeeds() {
        assertThat(handler.handle(new TestStep(Map.of("order", GOOD))))
                .isEqualTo(
                        StepResult.permanentFailure("the step's input needs 'line', a number, and 'text', a string"));
    }

    @Test
    void theShippedOrdersAreProcessedAndTheBadOnesRejected() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("orders.jsonl"));
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (handler.handle(new TestStep(i + 1, lines.get(i))) instanceof StepResult.Failure failure) {
                assertThat(failure.kind()).isEqualTo(FailureKind.PERMANENT);
                reasons.add(failure.reason());
            }
        }

        assertThat(lines).hasSize(1_000);
        assertThat(reasons).hasSize(50);
        for (String kind : List.of(
                "broken JSON",
                "no JSON object",
                "is missing",
                "which line",
                "'currency' is",
                "'customer' is",
                "'tax_rate' is",
                "].quantity' is",
                "].unit_price' is")) {
            assertThat(reasons).anyMatch(reason -> reason.contains(kind));
        }
    }
}
