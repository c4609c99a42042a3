package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextBufferTests {
    private static final int SAMPLES = 100_000;

    private final Random random = new Random(20_261_125);
    private final TextBuffer buffer = new TextBuffer(1);

    @Test
    void everyKindOfDoubleIsWrittenAsShortAsTheJdkDoesAndReadBackAsItself() {
        DoubleStream numbers = DoubleStream.concat(
                random.doubles(SAMPLES, -1e4, 1e4),
                DoubleStream.concat(
                        random.longs(SAMPLES).mapToDouble(Double::longBitsToDouble),
                        random.longs(SAMPLES, -5_000_000_000L, 5_000_000_000L)
                                .mapToDouble(whole -> whole / Math.pow(10, random.nextInt(0, 9)))));
        numbers.filter(Double::isFinite).forEach(this::check);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0.1,
                0.3,
                1 / 3.0,
                0.000001,
                1e-7,
                999999999.999999,
                1e15,
                1e15 + 0.125,
                123456789.12345679,
                -2.5,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                9007199254740992.0
            })
    void doublesAtTheEdgesToo(double value) {
        check(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000L})
    void wholeNumbersAreWrittenDigitByDigit(long value) {
        assertThat(text(buffer.clear().append(value))).isEqualTo(Long.toString(value));
    }

    @ParameterizedTest
    @CsvSource({"abXde, 2, 3, c, abcde", "abXde, 2, 3, 123, ab123de", "abXYZde, 2, 5, 1, ab1de", "X, 0, 1, 12345, 12345"
    })
    void aPartIsReplacedWhateverTheLengths(String before, int from, int to, String part, String after) {
        buffer.clear().append(before).replace(from, to, new TextBuffer(4).append(part));

        assertThat(text(buffer)).isEqualTo(after);
    }

    private void check(double value) {
        String written = text(buffer.clear().append(value));

        assertThat(Double.parseDouble(written)).isEqualTo(value == 0 ? 0.0 : value);
        assertThat(digits(written)).as(written).isLessThanOrEqualTo(digits(Double.toString(value)));
    }

    private static int digits(String number) {
        return new BigDecimal(number).stripTrailingZeros().precision();
    }

    private static String text(TextBuffer written) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            written.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
