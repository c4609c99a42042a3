package tasker.examples.orders;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * Hold what an order comes to.
 *
 * @param subtotal without tax
 * @param tax on the subtotal
 * @param total both together
 */
record Totals(BigDecimal subtotal, BigDecimal tax, BigDecimal total) {
    /**
     * Add an order up. Each item and the tax are rounded, half up, to the digits of the currency: 2 for EUR, 0 for JPY,
     * 3 for KWD.
     */
    static Totals of(Order order) {
        BigDecimal subtotal = order.items().stream()
                .map(item -> item.unitPrice().multiply(BigDecimal.valueOf(item.quantity())))
                .map(amount -> round(amount, order.currency()))
                .reduce(round(BigDecimal.ZERO, order.currency()), BigDecimal::add);
        BigDecimal tax = round(subtotal.multiply(order.taxRate()), order.currency());
        return new Totals(subtotal, tax, subtotal.add(tax));
    }

    private static BigDecimal round(BigDecimal amount, Currency currency) {
        return amount.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_UP);
    }
}
