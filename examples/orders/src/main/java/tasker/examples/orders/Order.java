package tasker.examples.orders;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;

/**
 * Hold an order that makes sense.
 *
 * @param orderId names the order
 * @param customer who ordered
 * @param currency of all amounts
 * @param taxRate from 0 up to, but not including, 1
 * @param items what was ordered, at least one
 */
record Order(String orderId, String customer, Currency currency, BigDecimal taxRate, List<Item> items) {
    /**
     * Hold one item of an order.
     *
     * @param sku names the article
     * @param quantity at least 1
     * @param unitPrice more than 0, without tax
     */
    record Item(String sku, int quantity, BigDecimal unitPrice) {}
}
