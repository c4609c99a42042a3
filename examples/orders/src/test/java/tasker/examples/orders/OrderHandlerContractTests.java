package tasker.examples.orders;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tasker.events.api.StepRequest;
import tasker.events.api.spi.StepHandler;
import tasker.testkit.StepHandlerContract;

/** Test that the handler keeps every promise of its service. */
class OrderHandlerContractTests extends StepHandlerContract {
    private final AtomicInteger orders = new AtomicInteger();

    @Override
    protected StepHandler create() {
        return new OrderHandler();
    }

    @Override
    protected StepRequest step() {
        int number = orders.incrementAndGet();
        String order = """
                {"order_id":"ORD-%d","customer":"Zoë","currency":"EUR","tax_rate":0.19,\
                "items":[{"sku":"MUG","quantity":3,"unit_price":9.95}]}""".formatted(number);
        return StepRequest.of("process-order", Map.of("line", number, "text", order));
    }
}
