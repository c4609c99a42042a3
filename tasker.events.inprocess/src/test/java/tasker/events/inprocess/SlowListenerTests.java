package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;

/** Check that a listener that does wrong is named, once in a while in the log and always in the metrics. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowListenerTests {
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final LogLines log = LogLines.of(InProcessDomainEventPoller.class);
    private final AtomicInteger calls = new AtomicInteger();

    SlowListenerTests() {
        transport.start(new TestContext(Map.of("slow-listener-ms", "5")));
    }

    @AfterEach
    void close() {
        transport.close();
        log.close();
    }

    @Test
    void aSlowListenerIsCountedEachTimeAndLoggedOnceInAWhile() {
        transport.listen("crawler", EventPattern.all(), event -> takeTooLong());
        transport.listen("other-one", EventPattern.all(), event -> calls.incrementAndGet());
        publish(3);
        Await.until(() -> calls.get() == 3);

        assertThat(Collected.from(transport))
                .containsEntry("tasker_inprocess_slow_listener_calls_total{listener=crawler}", 3.0)
                .containsEntry("tasker_inprocess_listener_errors_total{listener=crawler}", 0.0);
        assertThat(log.with("listener=crawler"))
                .singleElement()
                .asString()
                .contains("TASKER-F104", "limit_ms=5", "pattern=*");
    }

    @Test
    void aListenerThatDoesNotReturnIsNamedWhileItRuns() {
        CountDownLatch release = new CountDownLatch(1);
        transport.listen("stuck", EventPattern.parse("order.*"), event -> {
            awaitQuietly(release);
            calls.incrementAndGet();
        });
        publish(1);

        Await.until(() -> !log.with("TASKER-F104").isEmpty());
        assertThat(log.with("TASKER-F104"))
                .singleElement()
                .asString()
                .contains("listener=stuck", "pattern=order.*", "running=true");
        assertThat(transport.check().details()).containsEntry("slow_listener", "stuck");

        release.countDown();
        Await.until(() -> calls.get() == 1);
        transport.close();
        assertThat(Collected.from(transport))
                .as("counted once, though it was noticed twice")
                .containsEntry("tasker_inprocess_slow_listener_calls_total{listener=stuck}", 1.0);
        assertThat(transport.check().details()).doesNotContainKey("slow_listener");
    }

    @Test
    void aListenerThatThrowsIsCountedUnderItsName() {
        transport.listen("thrower", EventPattern.all(), event -> {
            calls.incrementAndGet();
            throw new IllegalStateException("listener fails");
        });
        publish(4);
        Await.until(() -> calls.get() == 4);

        awaitErrors("thrower", 4);
        assertThat(log.with("TASKER-F102")).singleElement().asString().contains("listener=thrower", "errors=1");
    }

    @Test
    void aListenerWithoutANameIsKnownByItsClass() {
        transport.listen(EventPattern.all(), event -> calls.incrementAndGet());
        transport.listen(EventPattern.all(), new Named());
        assertThat(Collected.from(transport).keySet())
                .contains(
                        "tasker_inprocess_listener_errors_total{listener=" + SlowListenerTests.class.getName() + "}",
                        "tasker_inprocess_listener_errors_total{listener=" + Named.class.getName() + "}");
    }

    @Test
    void namesInMetricsAreFew() {
        for (int i = 0; i < 2 * ListenerStats.MAX_NAMES; i++) {
            transport.listen("listener-" + i, EventPattern.all(), event -> {
                throw new IllegalStateException("listener fails");
            });
        }
        publish(1);
        awaitErrors("other", ListenerStats.MAX_NAMES);

        Map<String, Double> collected = Collected.from(transport);
        assertThat(collected.keySet().stream().filter(name -> name.contains("listener_errors_total{")))
                .hasSize(ListenerStats.MAX_NAMES + 1);
        assertThat(collected).containsEntry("tasker_inprocess_listener_errors_total{listener=listener-0}", 1.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "line\nbreak", "say=\"it\""})
    void aNameThatWouldSpoilALogLineIsRefused(String name) {
        assertThatThrownBy(() -> transport.listen(name, EventPattern.all(), event -> {}))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'" + name + "'");
    }

    private void awaitErrors(String listener, int errors) {
        Await.until(() -> Collected.from(transport)
                .getOrDefault("tasker_inprocess_listener_errors_total{listener=" + listener + "}", 0.0)
                .equals((double) errors));
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "tests"));
        }
    }

    private static void takeTooLong() {
        long until = System.nanoTime() + 2 * LIMIT_NANOS;
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(LIMIT_NANOS);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A listener with a class of its own. */
    private static final class Named implements java.util.function.Consumer<InProcessDomainEvent> {
        @Override
        public void accept(InProcessDomainEvent event) {}
    }
}
