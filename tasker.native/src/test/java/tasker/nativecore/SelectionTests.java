package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.config.ConfigSection;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.PluginJar;
import tasker.nativecore.testkit.TestDatabase;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestService;
import tasker.nativecore.testkit.TestTransports;

/** Which services a worker uses, by its configuration. */
class SelectionTests {
    private final List<String> calls = TestService.calls();
    private final Configuration.Builder configuration = Configuration.builder()
            .flag("worker.health-timeout-ms", "60000", "test")
            .flag("worker.metrics-timeout-ms", "60000", "test");
    private final TestTransports.Durable first = new TestTransports.Durable("first");
    private final TestTransports.Durable second = new TestTransports.Durable("second");

    @TempDir
    private Path folder;

    @Test
    void autoTakesTheFirstTransportAndTheOthersAreUnused() {
        try (WorkerSystem worker = twoTransports().build()) {
            worker.start();

            assertThat(worker.durable()).isSameAs(first);
            assertThat(status(worker, "first")).isEqualTo(ProviderReport.Status.ACTIVE);
            assertThat(status(worker, "second")).isEqualTo(ProviderReport.Status.UNUSED);
        }
        assertThat(second.calls()).isEmpty();
    }

    @Test
    void aTransportIsChosenByItsName() {
        configuration.flag("worker.durable-transport", "second", "test");
        try (WorkerSystem worker = twoTransports().build()) {
            worker.start();

            assertThat(worker.durable()).isSameAs(second);
        }
        assertThat(first.calls()).isEmpty();
    }

    @Test
    void aTransportThatIsNotThereIsOneClearError() {
        configuration.flag("worker.durable-transport", "kafka", "--durable-transport");

        assertThatThrownBy(() -> twoTransports().build())
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-W205 ")
                .hasMessageContaining("'kafka'")
                .hasMessageContaining("--durable-transport")
                .hasMessageContaining("installed: first, second");
    }

    @Test
    void aPathThatIsSwitchedOffSaysWhoSwitchedIt() {
        configuration.environment(Map.of("TASKER_WORKER_DURABLE_TRANSPORT", "none"));
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "test");
        try (WorkerSystem worker = twoTransports().build()) {
            worker.start();

            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.DURABLE))
                    .hasMessageStartingWith("TASKER-W201 ")
                    .hasMessageContaining("TASKER_WORKER_DURABLE_TRANSPORT");
        }
        assertThat(first.calls()).isEmpty();
    }

    @Test
    void theDatabaseIsTheConfiguredOne() {
        configuration
                .flag("database.url", "jdbc:postgresql://db/orders", "test")
                .flag("database.user", "worker", "test");

        assertThat(databaseUrl(builder())).isEqualTo("jdbc:postgresql://db/orders");
    }

    @Test
    void twoDatabasesAreOneTooMany() {
        configuration
                .flag("database.url", "jdbc:postgresql://db/orders", "--database-url")
                .environment(Map.of("TASKER_DATABASE_PROVIDER", "db"));

        assertThatThrownBy(
                        () -> builder().service(new TestDatabase("db", calls)).build())
                .hasMessageStartingWith("TASKER-D121 ")
                .hasMessageContaining("--database-url")
                .hasMessageContaining("TASKER_DATABASE_PROVIDER");
    }

    @Test
    void aDatabaseProviderThatIsNotThereIsOneClearError() {
        configuration.flag("database.provider", "embedded", "test");

        assertThatThrownBy(
                        () -> builder().service(new TestDatabase("db", calls)).build())
                .hasMessageStartingWith("TASKER-D122 ")
                .hasMessageContaining("'embedded'")
                .hasMessageContaining("installed: db");
    }

    @Test
    void withoutADatabaseTheErrorNamesTheProvidersThatAreThere() {
        assertThatThrownBy(() -> databaseUrl(builder().service(new TestDatabase("db", calls))))
                .hasMessageStartingWith("TASKER-D101 ")
                .hasMessageContaining("database.provider")
                .hasMessageContaining("db");
    }

    @Test
    void aDatabaseProviderThatDoesNotStartSaysWhy() {
        configuration.flag("database.provider", "db", "test");
        TestDatabase broken = new TestDatabase("db", calls) {
            @Override
            public void start(WorkerContext context) throws Exception {
                throw new IOException("port 5432 is taken");
            }
        };

        assertThatThrownBy(() -> databaseUrl(builder().service(broken)))
                .hasMessageStartingWith("TASKER-D123 ")
                .hasMessageContaining("port 5432 is taken");
        assertThat(calls).containsExactly("close db");
    }

    @Test
    void durableOnlyStartsNothingElseButKnowsItsSettings() throws Exception {
        configuration.flag("figures.colour", "red", "test");
        TestService figures = new TestService("figures", calls) {
            @Override
            public List<SettingKey<?>> settings() {
                return List.of(SettingKey.text("colour", "blue", "The colour of the figures."));
            }
        };
        try (WorkerSystem worker = twoTransports()
                .service(figures)
                .service(new TestTransports.Fast())
                .service(TestHandler.named("good", context -> StepResult.success(Map.of())))
                .durableOnly()
                .build()) {
            worker.start();
            DomainEvent event = DomainEvent.of("order.created", Map.of(), "test");
            worker.publish(event, DeliveryMode.DURABLE);

            assertThat(first.publisher().published()).containsExactly(event);
            assertThat(calls).isEmpty();
            assertThat(worker.isLive()).isTrue();
            assertThat(worker.health().isHealthy()).isTrue();
            assertThat(status(worker, "figures")).isEqualTo(ProviderReport.Status.UNUSED);
            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.FAST)).hasMessageStartingWith("TASKER-W201 ");
            assertThatThrownBy(() -> worker.submit(StepRequest.of("good", Map.of())))
                    .hasMessageStartingWith("TASKER-S102 ")
                    .hasMessageContaining("durable path only");
        }
    }

    @Test
    void aServiceReadsItsOwnSectionAndTheWorkersSettings() {
        SettingKey<String> colour = SettingKey.text("colour", "blue", "The colour of the figures.");
        configuration.flag("figures.colour", "red", "test").flag("worker.namespace", "orders", "test");
        List<String> read = TestService.calls();
        TestService figures = new TestService("figures", calls) {
            @Override
            public List<SettingKey<?>> settings() {
                return List.of(colour);
            }
        }.onStart(context ->
                read.add(context.settings().get(colour) + " " + context.worker().namespace()));
        try (WorkerSystem worker = builder().service(figures).build()) {
            worker.start();

            assertThat(read).containsExactly("red orders");
            assertThat(worker.settings())
                    .anySatisfy(setting -> assertThat(setting.key()).isEqualTo("figures.colour"));
            assertThat(worker.config().namespace()).isEqualTo("orders");
        }
    }

    @Test
    void aServiceWhoseSettingsCannotBeReadIsSkipped() {
        TestService twice = new TestService("figures", calls) {
            @Override
            public List<SettingKey<?>> settings() {
                SettingKey<String> key = SettingKey.text("colour", "", "Said twice.");
                return List.of(key, key);
            }
        };
        WorkerSystem worker = builder().service(twice).build();

        assertThat(worker.providers()).singleElement().satisfies(report -> {
            assertThat(report.status()).isEqualTo(ProviderReport.Status.SKIPPED);
            assertThat(report.problem().orElseThrow()).startsWith("TASKER-P207").contains("'colour'");
        });
    }

    @Test
    void anUnknownSectionIsAnErrorUnlessAProviderThatMayHaveHadItWasLeftOut() throws Exception {
        Path file = Files.writeString(folder.resolve("tasker.toml"), "[geo]\ncity = \"Bonn\"\n");
        configuration.file(file);
        ProviderReport skipped = new ProviderReport(
                "Plugin",
                Optional.empty(),
                "geo.jar",
                Optional.empty(),
                Optional.empty(),
                "plugins/geo.jar",
                ProviderReport.Status.SKIPPED,
                Optional.of("TASKER-P199 it is empty"));

        assertThatThrownBy(() -> builder().build()).hasMessageStartingWith("TASKER-C103 ");
        WorkerSystem worker = builder().reports(List.of(skipped)).build();

        assertThat(worker.providers()).containsExactly(skipped);
    }

    @Test
    void aSectionOfTheCallersIsAccepted() {
        configuration.flag("demo.orders", "7", "test");
        ConfigSection section =
                new ConfigSection("demo", List.of(SettingKey.integer("orders", 5, 1, 10, "How many orders.")));

        assertThat(builder().section(section).build().settings())
                .anySatisfy(setting -> assertThat(setting.key()).isEqualTo("demo.orders"));
    }

    @Test
    void aPluginInALayerOfItsOwnRunsBesideABrokenOne() throws Exception {
        PluginJar good =
                new PluginJar(folder, "good").handler("Good", "good", "").compile();
        PluginJar bad = new PluginJar(folder, "bad")
                .handler("Bad", "bad", "public Bad() { throw new IllegalStateException(\"no licence\"); }")
                .compile();
        try (WorkerSystem worker =
                builder().layers(List.of(bad.layer(), good.layer())).build()) {
            worker.start();

            assertThat(worker.submit(StepRequest.of("good", Map.of())).join().result())
                    .isInstanceOf(StepResult.Success.class);
            assertThat(worker.providers())
                    .extracting(ProviderReport::status)
                    .containsExactly(ProviderReport.Status.SKIPPED, ProviderReport.Status.ACTIVE);
            assertThat(worker.providers().getFirst())
                    .returns(Optional.of("bad"), ProviderReport::module)
                    .returns(bad.jar().toString(), ProviderReport::location);
        }
    }

    @Test
    void aPasswordIsReadFromItsFileEachTimeItIsAskedFor(@TempDir Path secrets) throws Exception {
        Path file = Files.writeString(secrets.resolve("password"), "first\n");
        configuration
                .flag("database.url", "jdbc:postgresql://db/o", "test")
                .flag("database.password-file", file.toString(), "test");
        List<Optional<String>> passwords = new ArrayList<>();
        try (WorkerSystem worker = builder()
                .service(new TestTransports.Durable("asking") {
                    @Override
                    public void start(WorkerContext context) throws IOException {
                        passwords.add(context.database().password());
                        Files.writeString(file, "second\n");
                        passwords.add(context.database().password());
                    }
                })
                .build()) {
            worker.start();
        }

        assertThat(passwords).containsExactly(Optional.of("first"), Optional.of("second"));
    }

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(configuration.build());
    }

    private WorkerSystemBuilder twoTransports() {
        return builder().service(first).service(second);
    }

    private String databaseUrl(WorkerSystemBuilder builder) {
        List<String> url = TestService.calls();
        try (WorkerSystem worker = builder.service(new TestTransports.Durable("asking") {
                    @Override
                    public void start(WorkerContext context) {
                        url.add(context.database().url());
                    }
                })
                .build()) {
            worker.start();
        }
        return url.getFirst();
    }

    private static ProviderReport.Status status(WorkerSystem worker, String name) {
        return worker.providers().stream()
                .filter(report -> report.name().equals(Optional.of(name)))
                .findFirst()
                .orElseThrow()
                .status();
    }
}
