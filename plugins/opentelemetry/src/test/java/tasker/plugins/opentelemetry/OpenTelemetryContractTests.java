package tasker.plugins.opentelemetry;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import tasker.events.api.spi.EventTracer;
import tasker.events.api.spi.HealthContributor;
import tasker.testkit.EventTracerContract;
import tasker.testkit.HealthContributorContract;

/** Test that the plugin keeps every promise of its services, with the real SDK. */
class OpenTelemetryContractTests {
    @Nested
    class Tracer extends EventTracerContract {
        private final InMemorySpanExporter exported = InMemorySpanExporter.create();
        private final SdkTracerProvider sdk = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exported))
                .build();

        @Override
        protected EventTracer create() {
            return OpenTelemetryTracer.with(sdk);
        }

        @Override
        protected List<String> ended() {
            return exported.getFinishedSpanItems().stream()
                    .map(SpanData::getSpanId)
                    .toList();
        }

        @AfterEach
        void closeSdk() {
            sdk.close();
        }
    }

    @Nested
    class Health extends HealthContributorContract {
        @Override
        protected HealthContributor create() {
            return new OtlpMetrics();
        }
    }
}
