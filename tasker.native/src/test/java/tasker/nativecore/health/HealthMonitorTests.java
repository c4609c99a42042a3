package tasker.nativecore.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.HealthReport;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestContributor;

class HealthMonitorTests {
    private static final HealthReport WELL = HealthReport.healthy(Map.of("rooms", 3));
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void anAnswerIsPassedOn() {
        HealthMonitor monitor = monitor(LONG, Duration.ZERO, "house", () -> WELL);

        assertThat(only(monitor))
                .returns("house", ComponentHealth::name)
                .returns(HealthStatus.HEALTHY, ComponentHealth::status)
                .returns(Map.of("rooms", 3), ComponentHealth::details);
    }

    @Test
    void ofAMessageWithoutEndTheBeginningIsPassedOn() {
        HealthMonitor monitor =
                monitor(LONG, Duration.ZERO, "house", () -> HealthReport.degraded("x".repeat(5_000_000), Map.of()));

        assertThat(only(monitor).message()).contains("x".repeat(2_000) + "…");
    }

    @Test
    void contributorsAreAskedSideBySide() {
        HealthMonitor monitor = new HealthMonitor(LONG, Duration.ZERO);
        CyclicBarrier together = new CyclicBarrier(3);
        for (String name : List.of("a", "b", "c")) {
            monitor.add(name, new TestContributor(name, () -> {
                together.await(30, TimeUnit.SECONDS);
                return WELL;
            }));
        }

        assertThat(monitor.check()).extracting(ComponentHealth::status).containsOnly(HealthStatus.HEALTHY);
    }

    @Test
    void anAnswerIsUsedAgainWhileItIsFresh() {
        AtomicInteger asked = new AtomicInteger();
        HealthMonitor monitor = monitor(LONG, LONG, "house", () -> {
            asked.incrementAndGet();
            return WELL;
        });

        ComponentHealth first = only(monitor);

        assertThat(only(monitor)).isSameAs(first);
        assertThat(asked).hasValue(1);
    }

    @Test
    void anAnswerThatIsNoLongerFreshIsAskedForAnew() {
        AtomicInteger asked = new AtomicInteger();
        HealthMonitor monitor = monitor(LONG, Duration.ZERO, "house", () -> {
            asked.incrementAndGet();
            return WELL;
        });

        only(monitor);
        only(monitor);

        assertThat(asked).hasValue(2);
    }

    @Test
    void aContributorThatHangsIsDegradedAndNeverAskedTwiceAtATime() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        HealthMonitor monitor = monitor(Duration.ofSeconds(1), Duration.ZERO, "house", () -> {
            asked.incrementAndGet();
            Latches.awaitStubbornly(release);
            return WELL;
        });
        monitor.add("street", new TestContributor("street", () -> WELL));

        List<ComponentHealth> answers = monitor.check();
        assertThat(answers.getFirst().status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(answers.getFirst().message().orElseThrow()).matches("has not answered its health check for .* s");
        // At once, unless the machine stood still for as long as the limit is.
        Await.until("the other one is well", () -> monitor.check().getLast().status() == HealthStatus.HEALTHY);

        Await.until("it is asked", () -> asked.get() > 0);
        monitor.check();
        assertThat(asked).hasValue(1);

        release.countDown();
        Await.until("it is well again", () -> monitor.check().getFirst().status() == HealthStatus.HEALTHY);
    }

    @Test
    void aCheckThatThrowsIsUnhealthyWithItsClass() {
        ComponentHealth health = only(monitor(LONG, LONG, "house", () -> {
            throw new IllegalStateException();
        }));

        assertThat(health.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(health.message()).contains("the check failed: java.lang.IllegalStateException");
    }

    @Test
    void aCheckThatEndsInAnErrorIsUnhealthyWithItsClassAndMessage() {
        ComponentHealth health = only(monitor(LONG, LONG, "house", () -> {
            throw new NoClassDefFoundError("org/lost/Library");
        }));

        assertThat(health.message()).contains("the check failed: java.lang.NoClassDefFoundError: org/lost/Library");
    }

    @Test
    void aCheckWhoseStackOverflowsIsUnhealthyAndTheOthersAreAnswered() {
        HealthMonitor monitor = monitor(LONG, LONG, "house", HealthMonitorTests::endless);
        monitor.add("street", new TestContributor("street", () -> WELL));

        assertThat(monitor.check())
                .extracting(ComponentHealth::status)
                .containsExactly(HealthStatus.UNHEALTHY, HealthStatus.HEALTHY);
        assertThat(monitor.check().getFirst().message()).contains("the check failed: java.lang.StackOverflowError");
    }

    @SuppressWarnings("InfiniteRecursion") // overflowing is the point
    private static HealthReport endless() {
        HealthReport report = endless();
        return HealthReport.healthy(report.details());
    }

    @Test
    void aCheckWhoseExceptionCannotBeToldIsUnhealthy() {
        ComponentHealth health = only(monitor(LONG, LONG, "house", () -> {
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new LinkageError("even this");
                }
            };
        }));

        assertThat(health.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(health.message().orElseThrow()).contains("its message cannot be read");
    }

    @Test
    @SuppressWarnings("NullAway") // breaking the contract is the point
    void aCheckThatReturnsNullIsUnhealthy() {
        ComponentHealth health = only(monitor(LONG, LONG, "house", () -> null));

        assertThat(health.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(health.message().orElseThrow()).contains("returned null");
    }

    @Test
    @SuppressWarnings({"NullAway", "NullOptional"}) // breaking the contract is the point
    void aReportWithNullsInItIsUnhealthy() {
        ComponentHealth health =
                only(monitor(LONG, LONG, "house", () -> new HealthReport(HealthStatus.HEALTHY, null, Map.of())));

        assertThat(health.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(health.message().orElseThrow()).contains("'message' is required");
    }

    @Test
    void detailsThatAreNoJsonAreUnhealthy() {
        ComponentHealth health =
                only(monitor(LONG, LONG, "house", () -> HealthReport.healthy(Map.of("door", new Object()))));

        assertThat(health.message().orElseThrow()).contains("details.door");
    }

    @Test
    void aContributorThatIsRemovedIsInterruptedAndAskedNoMore() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        HealthMonitor monitor = monitor(SHORT, Duration.ZERO, "house", () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return WELL;
        });
        only(monitor);
        Latches.awaitStubbornly(begun);

        monitor.remove("house");

        assertThat(interrupted.join()).isTrue();
        assertThat(monitor.check()).isEmpty();
    }

    @Test
    void aCheckThatRemovalInterruptsHasNotFailed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HealthMonitor monitor = monitor(LONG, Duration.ZERO, "house", () -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return WELL;
        });
        FutureTask<ComponentHealth> asking = new FutureTask<>(() -> only(monitor));
        Thread.startVirtualThread(asking);
        Latches.awaitStubbornly(begun);

        monitor.remove("house");

        assertThat(asking.get().status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(asking.get().message()).contains("is being closed");
    }

    @Test
    void whoeverAsksMayBeInterrupted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        HealthMonitor monitor = monitor(LONG, Duration.ZERO, "house", () -> {
            Latches.awaitStubbornly(release);
            return WELL;
        });
        AtomicReference<Optional<ComponentHealth>> answer = new AtomicReference<>(Optional.empty());
        AtomicBoolean staysInterrupted = new AtomicBoolean();
        Thread asking = Thread.ofVirtual().start(() -> {
            answer.set(Optional.of(only(monitor)));
            staysInterrupted.set(Thread.currentThread().isInterrupted());
        });
        Await.until("it waits", () -> asking.getState() == Thread.State.TIMED_WAITING);

        asking.interrupt();
        asking.join();

        assertThat(answer.get().orElseThrow().status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(staysInterrupted).isTrue();
        release.countDown();
    }

    @Test
    void theContributorsClassLoaderIsSetWhileItIsAsked() {
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        only(monitor(LONG, LONG, "house", () -> {
            loader.set(Thread.currentThread().getContextClassLoader());
            return WELL;
        }));

        assertThat(loader).hasValue(TestContributor.class.getClassLoader());
    }

    private static HealthMonitor monitor(Duration timeout, Duration cache, String name, Callable<HealthReport> answer) {
        HealthMonitor monitor = new HealthMonitor(timeout, cache);
        monitor.add(name, new TestContributor(name, answer));
        return monitor;
    }

    private static ComponentHealth only(HealthMonitor monitor) {
        List<ComponentHealth> answers = monitor.check();
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }
}
