package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTests {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final TraceContext CONTEXT = new TraceContext(
            "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");

    @Test
    void whatIsReadIsWrittenAgain() {
        Optional<TraceContext> read = TraceContext.parse(PARENT, "congo=t61rcWkgMzE , ,\trojo=00f067aa0ba902b7");

        assertThat(read).contains(CONTEXT);
        assertThat(CONTEXT.headers())
                .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
        assertThat(TraceContext.of(CONTEXT.headers())).contains(CONTEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-011",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"
            })
    void aMalformedParentIsIgnoredAndItsStateToo(String parent) {
        assertThat(TraceContext.parse(parent, "a=b")).isEmpty();
    }

    @Test
    void ofALaterVersionTheKnownPartIsRead() {
        String later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-what.the-future";

        assertThat(TraceContext.parse(later, "").map(TraceContext::traceparent)).contains(PARENT);
        assertThat(TraceContext.parse(PARENT.replaceFirst("01$", "fe"), "").map(TraceContext::sampled))
                .contains(false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "=b",
                "A=b",
                "a=b,a=c",
                "a=b=c",
                "a =b",
                "a=",
                "a=\u0001",
                "@a=b",
                "a@=b",
                "a@bbbbbbbbbbbbbbb=c"
            })
    void aMalformedStateIsDroppedAndTheParentKept(String state) {
        assertThat(TraceContext.parse(PARENT, state).map(TraceContext::headers))
                .contains(Map.of("traceparent", PARENT));
    }

    @Test
    void aStateHasAtMost32MembersAndAtMost512Characters() {
        assertThat(state(members(32, 5))).isNotEmpty();
        assertThat(state(members(33, 5))).isEmpty();

        String longOne = "long=" + "x".repeat(200);
        assertThat(state(longOne)).isEqualTo(longOne);
        assertThat(state(longOne + ',' + members(20, 12))).isEqualTo(members(20, 12));
        assertThat(state(members(32, 20)))
                .hasSizeLessThanOrEqualTo(512)
                .hasSizeGreaterThan(480)
                .startsWith("k0=");
    }

    @Test
    void wrongIdsAreRefused() {
        assertThatThrownBy(() -> new TraceContext("x", "b7ad6b7169203331", false, ""))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new TraceContext("0af7651916cd43dd8448eb211c80319c", "0000000000000000", false, ""))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void itIsCurrentWhileItsCallRunsAndNoLonger() {
        assertThat(TraceContext.current()).isEmpty();
        assertThat(CONTEXT.call(TraceContext::current)).contains(CONTEXT);
        assertThat(TraceContext.current()).isEmpty();
    }

    @Test
    void anEventTakesOneOnWithoutItsOldState() {
        TraceContext other = new TraceContext("1".repeat(32), "2".repeat(16), false, "");
        DomainEvent event = DomainEvent.builder("order.created", "tests")
                .header("x-pgmq-group", "7")
                .trace(Optional.of(CONTEXT))
                .build();

        assertThat(event.trace()).contains(CONTEXT);
        assertThat(event.withTrace(other).headers())
                .isEqualTo(Map.of("x-pgmq-group", "7", "traceparent", other.traceparent()));
        assertThat(event.withTrace(other).eventId()).isEqualTo(event.eventId());
    }

    @Test
    void anEventWhoseHeadersAreFullKeepsWhatItHas() {
        DomainEvent full = DomainEvent.builder("order.created", "tests")
                .header("x", "y".repeat(DomainEvent.MAX_HEADERS_LENGTH - 1))
                .build();

        assertThat(full.withTrace(CONTEXT)).isSameAs(full);
    }

    @Test
    void aStepKeepsItOverItsAttemptsAndIgnoresAMalformedOne() {
        StepRequest step = StepRequest.of("charge", Map.of()).withTrace(Optional.of(CONTEXT));

        assertThat(step.withAttempt(2).trace()).contains(CONTEXT);
        assertThat(new StepRequest(
                                step.stepId(),
                                "charge",
                                Map.of(),
                                1,
                                Optional.empty(),
                                Optional.of("00-x"),
                                Optional.of("a=b"))
                        .tracestate())
                .isEmpty();
    }

    private static String state(String text) {
        return TraceContext.parse(PARENT, text).orElseThrow().traceState();
    }

    private static String members(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> ("k" + i + "=" + "v".repeat(length)))
                .collect(Collectors.joining(","));
    }
}
