package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StackTracesTests {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);
    private final StackTraces stacks = new StackTraces(now::get);

    @Test
    void eachKindOfFailureIsDueOnceAMinute() {
        assertThat(stacks.isDue("/health", failure("a"))).isTrue();
        assertThat(stacks.isDue("/health", failure("b"))).isFalse();
        assertThat(stacks.isDue("/readyz", failure("a"))).isTrue();
        assertThat(stacks.isDue("/health", new IllegalArgumentException("a"))).isTrue();

        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(stacks.isDue("/health", failure("c"))).isFalse();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(stacks.isDue("/health", failure("d"))).isTrue();
        assertThat(stacks.isDue("/health", failure("e"))).isFalse();
    }

    @Test
    void manyKindsAreForgottenAgain() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(stacks.isDue("/" + i, failure("a"))).isTrue();
        }
        assertThat(stacks.isDue("/999", failure("a"))).isFalse();
        assertThat(stacks.isDue("/0", failure("a"))).isTrue();
    }

    private static RuntimeException failure(String message) {
        return new IllegalStateException(message);
    }
}
