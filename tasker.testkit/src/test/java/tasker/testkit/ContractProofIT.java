package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Prove of each contract that its tests can fail: a provider that breaks one promise fails the test of that alone. */
class ContractProofIT {
    static final List<Class<? extends WorkerServiceContract<?>>> CONTRACTS = List.of(
            FakeService.Contract.class,
            FakeHealth.Contract.class,
            FakeMetrics.Contract.class,
            FakeValidator.Contract.class,
            FakeTracer.Contract.class,
            FakeDatabase.Contract.class,
            FakeSubscriber.Contract.class,
            FakeHandler.Contract.class,
            FakeFast.Contract.class,
            FakePoller.Contract.class,
            FakeListeners.Contract.class,
            FakeFlows.Contract.class,
            FakeDurable.Contract.class,
            FakeConsumer.Contract.class,
            FakeQueues.Contract.class,
            FakeSteps.Contract.class);

    @AfterEach
    void breakNothing() {
        Broken.promise("");
    }

    /** The tests of each contract; those of the life of all services once. */
    static Stream<Arguments> promises() {
        return CONTRACTS.stream()
                .flatMap(contract -> Stream.of(contract.getSuperclass().getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(Method::getName)
                        .sorted()
                        .map(promise -> Arguments.of(contract, promise)));
    }

    @ParameterizedTest
    @FieldSource("CONTRACTS")
    void aProviderThatKeepsEveryPromisePasses(Class<?> contract) {
        Events events = run(contract);

        assertThat(describe(events)).isEmpty();
        assertThat(events.succeeded().count())
                .isGreaterThan(4)
                .isEqualTo(events.started().count());
    }

    @ParameterizedTest
    @MethodSource("promises")
    void aBrokenPromiseFailsItsTestAlone(Class<?> contract, String promise) {
        Broken.promise(promise);

        Events events = run(contract);

        assertThat(events.failed().stream().map(ContractProofIT::nameOf))
                .as("failures of %s: %s", contract.getName(), describe(events))
                .containsExactly(promise);
    }

    private static Events run(Class<?> contract) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute()
                .testEvents();
    }

    private static String nameOf(Event event) {
        return event.getTestDescriptor().getDisplayName().replace("()", "");
    }

    private static List<String> describe(Events events) {
        return events.failed().stream()
                .map(event -> nameOf(event) + ": "
                        + event.getPayload(TestExecutionResult.class)
                                .flatMap(TestExecutionResult::getThrowable)
                                .orElseThrow())
                .toList();
    }
}
