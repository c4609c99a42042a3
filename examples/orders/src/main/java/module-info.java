/**
 * Process orders: the example worker that {@code tasker demo} runs.
 *
 * @provides tasker.events.api.spi.StepHandler checks and totals one order
 */
@org.jspecify.annotations.NullMarked
module tasker.examples.orders {
    requires static org.jspecify;
    requires tasker.events.api;
    requires tools.jackson.databind;

    provides tasker.events.api.spi.StepHandler with
            tasker.examples.orders.OrderHandler;
}
