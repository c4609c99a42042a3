package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedPointsTests {
    private static byte[] answer(long rejected, String reason) {
        return ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(rejected)
                        .setErrorMessage(reason))
                .build()
                .toByteArray();
    }

    @Test
    void whatWasRefusedIsTold() {
        assertThat(RefusedPoints.of(answer(300, "zu viele Maße")))
                .isEqualTo(Optional.of(new RefusedPoints(300, "zu viele Maße")));
        assertThat(RefusedPoints.of(answer(Long.MAX_VALUE, "x".repeat(1_000))))
                .isEqualTo(Optional.of(new RefusedPoints(Long.MAX_VALUE, "x".repeat(200))));
    }

    @Test
    void fieldsOfLaterVersionsArePassedOver() {
        // A number, eight bytes, a text and four bytes, before what is known.
        byte[] more = HexFormat.of().parseHex("1005" + "190102030405060708" + "220141" + "2d01020304");
        byte[] known = answer(1, "late");
        byte[] both = new byte[more.length + known.length];
        System.arraycopy(more, 0, both, 0, more.length);
        System.arraycopy(known, 0, both, more.length, known.length);

        assertThat(RefusedPoints.of(both)).isEqualTo(Optional.of(new RefusedPoints(1, "late")));
    }

    @Test
    void aWarningRefusesNothing() {
        assertThat(RefusedPoints.of(answer(0, "deprecated"))).isEmpty();
        assertThat(RefusedPoints.of(new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"partialSuccess\":{}}", "<html>", "\n\u007f", "\n", "\u000f"})
    void whatIsNoMessageTellsNothing(String body) {
        assertThat(RefusedPoints.of(body.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}
