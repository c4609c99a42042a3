package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.events.api.DomainEventTests.assertRefused;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonObjectsTests {
    static Stream<Arguments> values() {
        UUID uuid = UUID.randomUUID();
        return Stream.of(
                Arguments.of(null, null),
                Arguments.of("text", "text"),
                Arguments.of(true, true),
                Arguments.of((byte) 1, 1),
                Arguments.of((short) -2, -2),
                Arguments.of(3, 3),
                Arguments.of(4L, 4L),
                Arguments.of(0.1f, 0.1),
                Arguments.of(0.1, 0.1),
                Arguments.of(new BigDecimal("1.10"), new BigDecimal("1.10")),
                Arguments.of(BigInteger.TEN.pow(30), BigInteger.TEN.pow(30)),
                Arguments.of(new AtomicLong(5), new BigDecimal(5)),
                Arguments.of(uuid, uuid.toString()),
                Arguments.of(DeliveryMode.FAST, "FAST"),
                Arguments.of(Instant.EPOCH, "1970-01-01T00:00:00Z"),
                Arguments.of(LocalDate.EPOCH, "1970-01-01"),
                Arguments.of(Set.of(1), List.of(1)),
                Arguments.of(Arrays.asList(1, null), Arrays.asList(1, null)),
                Arguments.of(Map.of("k", List.of(Map.of())), Map.of("k", List.of(Map.of()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void valuesBecomeThoseOfJson(@Nullable Object value, @Nullable Object copied) {
        assertThat(copy(Payloads.of("k", value))).containsEntry("k", copied).hasSize(1);
    }

    static Stream<Arguments> refusedValues() {
        return Stream.of(
                Arguments.of("payload.k", Double.NaN),
                Arguments.of("payload.k", Float.POSITIVE_INFINITY),
                Arguments.of("payload.k[1]", List.of(1, Double.NEGATIVE_INFINITY)),
                Arguments.of("payload.k", new Object()),
                Arguments.of("payload.k", new int[] {1}),
                Arguments.of("payload.k.a[0].b", Map.of("a", List.of(Map.of("b", Thread.currentThread())))),
                Arguments.of("payload.k", Map.of(1, "number as key")),
                Arguments.of("payload.k", Collections.singletonMap(null, 1)),
                Arguments.of("payload.k", "half \ud800 pair"),
                Arguments.of("payload.k", "nul \u0000 inside"),
                Arguments.of("payload.k", "\udc00\ud800"),
                Arguments.of("payload.k.\ud800", Map.of("\ud800", 1)),
                Arguments.of("payload.k", new BigDecimal(BigInteger.ONE, 1_001)),
                Arguments.of("payload.k", new BigDecimal("1e1001")),
                Arguments.of("payload.k", new BigDecimal("1".repeat(1_001))),
                Arguments.of("payload.k", BigInteger.TEN.pow(1_010)),
                Arguments.of("payload.k", infinity()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusedValues")
    void whatJsonCannotCarryIsRefusedWithItsPath(String path, Object value) {
        assertRefused(path, () -> copy(Payloads.of("k", value)));
    }

    @Test
    void numbersOfAThousandDigitsAreAccepted() {
        BigInteger most = BigInteger.TEN.pow(1_000).subtract(BigInteger.ONE);

        assertThat(copy(Payloads.of("k", most))).containsEntry("k", most);
        assertThat(copy(Payloads.of("k", new BigDecimal(most, 1_000)))).hasSize(1);
    }

    @Test
    void depthIsBounded() {
        assertThat(copy(Payloads.nested(DomainEvent.MAX_PAYLOAD_DEPTH))).hasSize(1);
        assertRefused(
                "payload" + ".a".repeat(DomainEvent.MAX_PAYLOAD_DEPTH),
                () -> copy(Payloads.nested(DomainEvent.MAX_PAYLOAD_DEPTH + 1)));
    }

    @Test
    void anObjectThatHoldsItselfIsRefused() {
        Map<String, @Nullable Object> loop = new HashMap<>();
        loop.put("a", loop);

        assertRefused("payload" + ".a".repeat(DomainEvent.MAX_PAYLOAD_DEPTH), () -> copy(loop));
    }

    @Test
    void sizeIsCountedInBytesOfJson() {
        // {"k":"…"} has 8 bytes around the text.
        int room = DomainEvent.MAX_PAYLOAD_BYTES - 8;

        assertThat(copy(Payloads.of("k", "x".repeat(room)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "x".repeat(room + 1))));
        assertThat(copy(Payloads.of("k", "é".repeat(room / 2)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "é".repeat(room / 2 + 1))));
        assertThat(copy(Payloads.of("k", "€".repeat(room / 3)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "€".repeat(room / 3 + 1))));
        assertThat(copy(Payloads.of("k", "𝄞".repeat(room / 4)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "𝄞".repeat(room / 4 + 1))));
        assertThat(copy(Payloads.of("k", "\n".repeat(room / 2)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "\n".repeat(room / 2 + 1))));
        assertThat(copy(Payloads.of("k", "\u0001".repeat(room / 6)))).hasSize(1);
        assertRefused("payload.k", () -> copy(Payloads.of("k", "\u0001".repeat(room / 6 + 1))));
    }

    @Test
    void everyPieceOfTheJsonIsCounted() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("a", Arrays.asList(null, true, false, -12, 1.5, "x"));
        object.put("b", Map.of("c", Map.of()));
        int used = "{\"a\":[null,true,false,-12,1.5,\"x\"],\"b\":{\"c\":{}},\"f\":\"\"}"
                .getBytes(StandardCharsets.UTF_8)
                .length;
        object.put("f", "x".repeat(DomainEvent.MAX_PAYLOAD_BYTES - used));

        assertThat(copy(object)).hasSize(3);
        object.put("f", "x".repeat(DomainEvent.MAX_PAYLOAD_BYTES - used + 1));
        assertRefused("payload.f", () -> copy(object));
    }

    @Test
    void manySmallValuesAreBoundedToo() {
        // The commas are counted first: 600,007 bytes before the first element.
        assertRefused("payload.k[448569]", () -> copy(Payloads.of("k", Collections.nCopies(600_000, 1))));
    }

    @Test
    void theOrderOfKeysIsKept() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 50; i > 0; i--) {
            object.put("key" + i, i);
        }

        assertThat(new ArrayList<>(copy(object).keySet())).isEqualTo(new ArrayList<>(object.keySet()));
    }

    @Test
    void aCopyIsNotCopiedAgain() {
        Map<String, @Nullable Object> once = copy(Payloads.of("k", 1));

        assertThat(copy(once)).isSameAs(once);
        assertThat(JsonObjects.view(once)).isSameAs(once);
        assertThat(once).isEqualTo(Map.of("k", 1)).hasSameHashCodeAs(Map.of("k", 1));
        assertThat(once.containsKey("k")).isTrue();
        assertThat(once.containsKey("other")).isFalse();
    }

    private static Number infinity() {
        DoubleAdder adder = new DoubleAdder();
        adder.add(Double.POSITIVE_INFINITY);
        return adder;
    }

    private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> object) {
        return JsonObjects.copy(object, "payload");
    }
}
