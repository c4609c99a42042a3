package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Exemplar;

class ExemplarsTests {
    private static final TraceContext SAMPLED = new TraceContext("1".repeat(32), "2".repeat(16), true, "");
    private static final TraceContext NOT_SAMPLED = new TraceContext("1".repeat(32), "2".repeat(16), false, "");

    @Test
    void onlyWhatHappenedInASampledTraceIsAnExample() {
        LatencyHistogram timer = new LatencyHistogram();
        timer.record(5);
        timer.record(5, Optional.empty());
        timer.record(5, Optional.of(NOT_SAMPLED));
        assertThat(timer.exemplars()).isEmpty();

        timer.record(-7, Optional.of(SAMPLED));
        assertThat(timer.exemplars()).extracting(Exemplar::value).containsExactly(0L);
        assertThat(timer.exemplars()).extracting(Exemplar::trace).containsExactly(SAMPLED);
        assertThat(timer.sinceStart().count()).isEqualTo(4);
    }

    @Test
    void eachOctaveHasOneOfItsOwn() {
        LatencyHistogram timer = new LatencyHistogram();
        for (long nanos = 1_000; nanos < 1_000_000_000; nanos *= 2) {
            timer.record(nanos, Optional.of(SAMPLED));
            timer.record(nanos + 1, Optional.of(SAMPLED));
        }

        assertThat(timer.exemplars())
                .hasSize(20)
                .allSatisfy(each -> assertThat(each.epochMillis()).isPositive());
    }

    @Test
    void aCounterKeepsOne() {
        StripedCounter counter = new StripedCounter();
        counter.increment(Optional.of(NOT_SAMPLED));
        assertThat(counter.exemplar()).isEmpty();

        counter.increment(Optional.of(SAMPLED));
        assertThat(counter.exemplar()).hasValueSatisfying(each -> {
            assertThat(each.trace()).isEqualTo(SAMPLED);
            assertThat(each.value()).isEqualTo(1);
        });
        assertThat(counter.value()).isEqualTo(2);
    }
}
