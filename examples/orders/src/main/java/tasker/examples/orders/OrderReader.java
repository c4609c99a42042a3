package tasker.examples.orders;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Read orders, and refuse those that make no sense; safe for use by many threads. */
final class OrderReader {
    private static final int MAX_ITEMS = 100;
    private static final int MAX_QUANTITY = 10_000;
    private static final int MAX_FRACTION_DIGITS = 4;
    private static final BigDecimal MAX_PRICE = new BigDecimal(1_000_000);

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Read one order.
     *
     * @throws InvalidOrderException when the text is no JSON object, or a field is missing or makes no sense
     */
    Order read(String text) throws InvalidOrderException {
        JsonFields fields = new JsonFields(parse(text), "");
        String orderId = fields.text("order_id");
        String customer = fields.text("customer");
        Currency currency = currency(fields);
        BigDecimal taxRate = taxRate(fields);
        List<Order.Item> items = new ArrayList<>();
        for (JsonFields item : fields.objects("items", MAX_ITEMS)) {
            items.add(new Order.Item(item.text("sku"), item.wholeNumber("quantity", 1, MAX_QUANTITY), price(item)));
        }
        return new Order(orderId, customer, currency, taxRate, List.copyOf(items));
    }

    private JsonNode parse(String text) throws InvalidOrderException {
        try {
            JsonNode node = mapper.readTree(text);
            if (!node.isObject()) {
                throw new InvalidOrderException("is no JSON object: " + JsonFields.shown(node));
            }
            return node;
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at column " + e.getLocation().getColumnNr();
            throw new InvalidOrderException("is broken JSON" + place + ": " + e.getOriginalMessage());
        }
    }

    private static Currency currency(JsonFields fields) throws InvalidOrderException {
        String code = fields.text("currency");
        try {
            Currency currency = Currency.getInstance(code);
            if (currency.getDefaultFractionDigits() >= 0) {
                return currency;
            }
        } catch (IllegalArgumentException ignored) {
            // Reported below, as are codes that are no money, such as XAU for gold.
        }
        throw fields.invalid("currency", '"' + code + '"', "expected the ISO 4217 code of a currency, such as EUR");
    }

    private static BigDecimal taxRate(JsonFields fields) throws InvalidOrderException {
        BigDecimal rate = fields.decimal("tax_rate", MAX_FRACTION_DIGITS);
        if (rate.signum() < 0 || rate.compareTo(BigDecimal.ONE) >= 0) {
            throw fields.invalid("tax_rate", rate, "expected a rate from 0 to less than 1, such as 0.19");
        }
        return rate;
    }

    private static BigDecimal price(JsonFields item) throws InvalidOrderException {
        BigDecimal price = item.decimal("unit_price", MAX_FRACTION_DIGITS);
        if (price.signum() <= 0 || price.compareTo(MAX_PRICE) > 0) {
            throw item.invalid("unit_price", price, "expected more than 0 and at most " + MAX_PRICE);
        }
        return price;
    }
}
