package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/**
 * Prove of some contracts that their tests can fail: a provider that breaks one promise fails the test of that alone.
 *
 * <p>Most of these tests wait for something that does not come. So the contracts are spread over classes, which run in
 * processes of their own at the same time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContractProof {
    private final List<Class<? extends WorkerServiceContract<?>>> contracts;

    ContractProof(List<Class<? extends WorkerServiceContract<?>>> contracts) {
        this.contracts = contracts;
    }

    List<Class<? extends WorkerServiceContract<?>>> contracts() {
        return contracts;
    }

    @AfterEach
    void breakNothing() {
        Broken.promise("");
    }

    /** The tests of each contract; those of the life of all services once. */
    Stream<Arguments> promises() {
        return contracts.stream()
                .flatMap(contract -> Stream.of(contract.getSuperclass().getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(Method::getName)
                        .sorted()
                        .map(promise -> Arguments.of(contract, promise)));
    }

    @ParameterizedTest
    @MethodSource("contracts")
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

        assertThat(events.failed().stream().map(ContractProof::nameOf))
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
