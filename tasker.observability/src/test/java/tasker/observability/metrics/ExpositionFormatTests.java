package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.observability.metrics.ExpositionFormat.OPENMETRICS;
import static tasker.observability.metrics.ExpositionFormat.PROMETHEUS_TEXT;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionFormatTests {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "Application/OpenMetrics-Text;Version=\"1.0.0\"",
                "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5",
                "text/plain;q=0.5,application/openmetrics-text;q=0.6",
                "application/*",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
            })
    void openMetricsWinsWhereItHasTheHighestQuality(String accept) {
        assertThat(ExpositionFormat.negotiate(Optional.of(accept))).isEqualTo(OPENMETRICS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/plain",
                "image/png",
                "text/html,application/xhtml+xml,*/*;q=0.8",
                "application/openmetrics-text;version=2.0.0",
                "application/openmetrics-text;q=0",
                "application/openmetrics-text;q=0.4,text/plain;version=0.0.4;q=0.5",
                "application/openmetrics-text;q=nonsense",
                "application/openmetrics-text;q=7",
                "application/openmetrics-text;q=0,*/*;q=0.1",
                ";;,,q=,"
            })
    void prometheusTextIsTheFallback(String accept) {
        assertThat(ExpositionFormat.negotiate(Optional.of(accept))).isEqualTo(PROMETHEUS_TEXT);
    }

    @Test
    void whoAsksForNothingGetsPrometheusText() {
        assertThat(ExpositionFormat.negotiate(Optional.empty())).isEqualTo(PROMETHEUS_TEXT);
    }
}
