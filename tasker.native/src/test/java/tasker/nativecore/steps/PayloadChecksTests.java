package tasker.nativecore.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.spi.PayloadValidator;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Latches;

/** A validator that hangs costs a few threads and no more. */
class PayloadChecksTests {
    private static final StepEvent EVENT = new StepEvent("order.done", StepEvent.Condition.ALWAYS, DeliveryMode.FAST);

    private static PayloadChecks checks(PayloadValidator.Schema schema, Duration patience, int threads) {
        return new PayloadChecks(
                new PayloadValidator() {
                    @Override
                    public String name() {
                        return "test-validator";
                    }

                    @Override
                    public Schema compile(String text) {
                        return schema;
                    }
                },
                patience,
                threads);
    }

    @Test
    void whenAllThreadsHangTheNextCheckFailsAtOnceAndLaterOnesSucceedAgain() {
        CountDownLatch goOn = new CountDownLatch(1);
        Semaphore begun = new Semaphore(0);
        AtomicBoolean hang = new AtomicBoolean(true);
        try (PayloadChecks checks = checks(
                payload -> {
                    begun.release();
                    if (hang.get()) {
                        Latches.awaitStubbornly(goOn);
                    }
                    return List.of();
                },
                Duration.ofMillis(100),
                2)) {
            PayloadValidator.Schema schema = checks.compile("teller", EVENT, "{}");
            Await.until("both threads hang", () -> {
                assertThatThrownBy(() -> schema.problems(Map.of())).hasMessageContaining("TASKER-S112");
                return begun.availablePermits() == 2;
            });
            assertThatThrownBy(() -> schema.problems(Map.of()))
                    .hasMessage("TASKER-S112 the validator 'test-validator' hangs in 2 checks");
            assertThat(begun.availablePermits()).isEqualTo(2);

            hang.set(false);
            goOn.countDown();
            Await.until("they can be used again", () -> {
                try {
                    return schema.problems(Map.of()).isEmpty();
                } catch (RuntimeException ignored) {
                    return false;
                }
            });
        }
    }

    @Test
    void anInterruptIsKept() {
        CountDownLatch goOn = new CountDownLatch(1);
        try (PayloadChecks checks = checks(
                payload -> {
                    // An answer that is there already would be taken, interrupt or not.
                    Latches.awaitStubbornly(goOn);
                    return List.of();
                },
                Duration.ofMinutes(1),
                1)) {
            PayloadValidator.Schema schema = checks.compile("teller", EVENT, "{}");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> schema.problems(Map.of())).hasMessageContaining("was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            goOn.countDown();
        }
    }
}
