package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.HealthStatus;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.HealthReport;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.TestContributor;
import tasker.nativecore.testkit.TestTransports;

/** Views of the health that an operator chose. */
class HealthGroupTests {
    private final AtomicInteger vaultAsked = new AtomicInteger();

    @Test
    void aGroupHasWhatItListsAndAsksNobodyElse() {
        try (WorkerSystem worker = worker("storage = ledger, dispatch-channel")) {
            worker.start();

            assertThat(worker.healthGroups()).containsExactly("ready", "storage");
            assertThat(worker.health("storage").components()).containsOnlyKeys("ledger", "dispatch-channel");
            assertThat(worker.health("storage").status()).isEqualTo(HealthStatus.HEALTHY);
            assertThat(vaultAsked).hasValue(0);
            assertThat(worker.health().status()).isEqualTo(HealthStatus.UNHEALTHY);
        }
    }

    @Test
    void whatIsExcludedDoesNotCountAndAllTheRestDoes() {
        try (WorkerSystem worker = worker("ready = !vault; also = *, !vault, !ledger")) {
            worker.start();

            assertThat(worker.health("ready").status()).isEqualTo(HealthStatus.HEALTHY);
            assertThat(worker.health("ready").components()).containsKeys("ledger", "worker");
            assertThat(worker.health("also").components()).containsKey("worker").doesNotContainKeys("vault", "ledger");
            assertThat(vaultAsked).hasValue(0);
        }
    }

    @Test
    void readyHasEverythingUnlessItIsWrittenOtherwise() {
        try (WorkerSystem worker = worker("")) {
            worker.start();

            assertThat(worker.healthGroups()).containsExactly("ready");
            assertThat(worker.health("ready").status()).isEqualTo(HealthStatus.UNHEALTHY);
            assertThatThrownBy(() -> worker.health("storage"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'storage'");
        }
    }

    @Test
    void aComponentThatIsNotThereIsAnErrorThatSuggestsOne() {
        assertThatThrownBy(() -> worker("storage = ledger, valut"))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C108 ")
                .hasMessageContaining("'storage'")
                .hasMessageContaining("'valut'")
                .hasMessageContaining("did you mean 'vault'?")
                .hasMessageContaining("--groups");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "storage",
                "storage =",
                "= ledger",
                "Storage = ledger",
                "storage = ledger,,vault",
                "storage = !*",
                "storage = ledger; storage = vault",
                "live = ledger",
                "started = *",
                "detailed = *"
            })
    void whatDoesNotFollowTheFormIsRefusedWithItsSource(String groups) {
        assertThatThrownBy(() -> worker(groups))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C104 ")
                .hasMessageContaining("health-groups")
                .hasMessageContaining("--groups");
    }

    private WorkerSystem worker(String groups) {
        return WorkerSystem.builder(Configuration.builder()
                        .flag("worker.health-groups", groups, "--groups")
                        .build())
                .service(new TestTransports.Durable("durable-test"))
                .service(new TestContributor("ledger", () -> HealthReport.healthy(Map.of())))
                .service(new TestContributor("vault", () -> {
                    vaultAsked.incrementAndGet();
                    return HealthReport.unhealthy("the vault is shut", Map.of());
                }))
                .build();
    }
}
