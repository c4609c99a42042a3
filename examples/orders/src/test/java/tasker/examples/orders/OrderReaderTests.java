package tasker.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderReaderTests {
    private static final String GOOD = """
            {"order_id":"ORD-1","customer":"Zoë","currency":"EUR","tax_rate":0.19,\
            "items":[{"sku":"MUG","quantity":2,"unit_price":0.10},{"sku":"TEA","quantity":1,"unit_price":9}]}""";

    private final OrderReader reader = new OrderReader();

    @Test
    void aGoodOrderIsReadExactlyAsItIsWritten() throws Exception {
        Order order = reader.read(GOOD);

        assertThat(order.orderId()).isEqualTo("ORD-1");
        assertThat(order.customer()).isEqualTo("Zoë");
        assertThat(order.currency()).isEqualTo(Currency.getInstance("EUR"));
        assertThat(order.taxRate()).isEqualByComparingTo("0.19");
        assertThat(order.items())
                .containsExactly(
                        new Order.Item("MUG", 2, new BigDecimal("0.10")),
                        new Order.Item("TEA", 1, new BigDecimal("9")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"order_id\":\"ORD-1\", | `` | 'order_id' is missing",
                "\"ORD-1\" | \" \" | 'order_id' is \" \"; expected a text",
                "\"Zoë\" | null | 'customer' is null; expected a text",
                "\"Zoë\" | 4711 | 'customer' is 4711; expected a text",
                "\"EUR\" | \"EURO\" | 'currency' is \"EURO\"; expected the ISO 4217 code",
                "\"EUR\" | \"XAU\" | 'currency' is \"XAU\"; expected the ISO 4217 code",
                "0.19 | 19 | 'tax_rate' is 19; expected a rate",
                "0.19 | -0.19 | 'tax_rate' is -0.19; expected a rate",
                "0.19 | 1e-999999999 | 'tax_rate' is 1E-999999999; expected at most 4 digits",
                "\"items\":[ | \"items\":[[], | 'items[0]' is []; expected an object",
                "\"items\": | \"goods\": | 'items' is missing",
                "\"MUG\" | 7 | 'items[0].sku' is 7; expected a text",
                "2 | 0 | 'items[0].quantity' is 0; expected a whole number from 1",
                "2 | -3 | 'items[0].quantity' is -3; expected a whole number from 1",
                "2 | 2.5 | 'items[0].quantity' is 2.5; expected a whole number",
                "2 | \"two\" | 'items[0].quantity' is \"two\"; expected a whole number",
                "2 | 99999999999 | 'items[0].quantity' is 99999999999; expected a whole number",
                "9} | 0} | 'items[1].unit_price' is 0; expected more than 0",
                "9} | -9.95} | 'items[1].unit_price' is -9.95; expected more than 0",
                "9} | \"9,95\"} | 'items[1].unit_price' is \"9,95\"; expected a number",
                "9} | 9.12345} | 'items[1].unit_price' is 9.12345; expected at most 4 digits",
                "9} | 1e999999999} | 'items[1].unit_price' is 1E+999999999; expected more than 0 and at most 1000000",
            })
    void anOrderThatMakesNoSenseIsRefusedWithTheFieldAndItsValue(String part, String instead, String reason) {
        assertThat(GOOD).contains(part);

        assertThatThrownBy(() -> reader.read(GOOD.replaceFirst(Pattern.quote(part), instead)))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"order_id\":\"ORD-1\",\"cust | is broken JSON at column",
                "{\"order_id\" \"ORD-1\"} | is broken JSON at column 13",
                "{\"a\":1,\"a\":2} | Duplicate",
                "{} {} | is broken JSON at column",
                "[1,2] | is no JSON object: [1,2]",
                "hello | is broken JSON at column",
                "`` | is no JSON object",
            })
    void aLineThatIsNoJsonObjectIsRefusedWithThePlace(String text, String reason) {
        assertThatThrownBy(() -> reader.read(text))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aLongValueIsShownInPart() {
        assertThatThrownBy(() -> reader.read(GOOD.replace("Zoë", "Z".repeat(100_000))))
                .hasMessageContaining("ZZZ…; expected a text of 1 to 200 characters")
                .message()
                .hasSizeLessThan(200);
    }
}
