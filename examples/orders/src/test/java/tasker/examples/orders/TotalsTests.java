package tasker.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotalsTests {
    @ParameterizedTest
    @CsvSource({
        "EUR, 0.19,  3, 9.95,   29.85,  5.67,  35.52",
        "EUR, 0.19,  1, 0.125,  0.13,   0.02,  0.15",
        "EUR, 0,     7, 1,      7.00,   0.00,  7.00",
        "JPY, 0.10,  3, 333,    999,    100,   1099",
        "KWD, 0.05,  3, 0.3335, 1.001,  0.050, 1.051",
    })
    void amountsHaveTheDigitsOfTheirCurrency(
            String currency,
            BigDecimal rate,
            int quantity,
            BigDecimal price,
            BigDecimal subtotal,
            BigDecimal tax,
            BigDecimal total) {
        Order order = new Order(
                "ORD-1", "Zoë", Currency.getInstance(currency), rate, List.of(new Order.Item("MUG", quantity, price)));

        assertThat(Totals.of(order)).isEqualTo(new Totals(subtotal, tax, total));
    }
}
