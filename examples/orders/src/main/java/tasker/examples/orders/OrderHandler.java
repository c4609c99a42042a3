package tasker.examples.orders;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;

/**
 * Check an order and add it up.
 *
 * <p>The input of a step is one line of a file of orders, {@code {"line": 7, "text": "{\"order_id\": …}"}}; the output
 * is what the order comes to. An order that makes no sense is a permanent failure: no other attempt would help.
 */
public final class OrderHandler implements StepHandler {
    private final OrderReader reader = new OrderReader();
    private final SeenOrders seen = new SeenOrders();

    /** Make a handler; the worker does, through {@link java.util.ServiceLoader}. */
    public OrderHandler() {}

    @Override
    public String name() {
        return "process-order";
    }

    @Override
    public List<StepEvent> events() {
        return List.of(
                new StepEvent("order.processed", StepEvent.Condition.SUCCESS, DeliveryMode.BROADCAST),
                new StepEvent("order.rejected", StepEvent.Condition.PERMANENT_FAILURE, DeliveryMode.BROADCAST));
    }

    @Override
    public StepResult handle(StepContext context) {
        Map<String, @Nullable Object> input = context.request().input();
        if (!(input.get("line") instanceof Number number) || !(input.get("text") instanceof String text)) {
            return StepResult.permanentFailure("the step's input needs 'line', a number, and 'text', a string");
        }
        long line = number.longValue();
        announce(context, line);
        try {
            Order order = reader.read(text);
            Optional<Long> first = seen.remember(order.orderId(), line);
            if (first.isPresent()) {
                throw new InvalidOrderException(
                        "'order_id' is \"" + order.orderId() + "\", which line " + first.get() + " has already");
            }
            return StepResult.success(output(line, order));
        } catch (InvalidOrderException e) {
            return StepResult.permanentFailure("line " + line + ": " + e.getMessage());
        }
    }

    /** Tell who listens in this process that an order has come in; an order is worth more than its announcement. */
    private static void announce(StepContext context, long line) {
        try {
            context.publish(
                    context.event("order.received")
                            .payload(Map.of("line", line))
                            .build(),
                    DeliveryMode.FAST);
        } catch (TaskerException e) {
            context.logger().log(System.Logger.Level.DEBUG, "order_received=not-published line=" + line, e);
        }
    }

    private static Map<String, Object> output(long line, Order order) {
        Totals totals = Totals.of(order);
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("line", line);
        output.put("order_id", order.orderId());
        output.put("customer", order.customer());
        output.put("currency", order.currency().getCurrencyCode());
        output.put("items", order.items().size());
        output.put("subtotal", totals.subtotal());
        output.put("tax", totals.tax());
        output.put("total", totals.total());
        return output;
    }
}
