package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

class StartIT {
    private static final String EVERYTHING = """
            SELECT string_agg(o, E'\\n' ORDER BY o) FROM (
                SELECT 'comment ' || coalesce(obj_description('pgmq'::regnamespace, 'pg_namespace'), '') AS o
                UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
                          WHERE pronamespace = 'pgmq'::regnamespace
                UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text FROM pg_class
                          WHERE relnamespace = 'pgmq'::regnamespace AND relname !~ '_domain_events'
            ) AS objects
            """;

    private static TaskerException refusal(DatabaseSettings database, String... settings) {
        return assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> TestWorker.start(database, "orders", settings))
                .actual();
    }

    private static DatabaseSettings at(String url) {
        return new DatabaseSettings(url, Optional.of("postgres"), Optional.of("s3cret"));
    }

    @Test
    void manyWorkersThatStartAtOnceInstallOneSchema() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        List<PgmqTransport> transports = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<PgmqTransport>> starting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String namespace = i % 2 == 0 ? "orders" : "billing";
                starting.add(threads.submit(() -> TestWorker.start(database, namespace)));
            }
            for (Future<PgmqTransport> start : starting) {
                transports.add(start.get(60, TimeUnit.SECONDS));
            }
        }
        for (PgmqTransport transport : transports) {
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "test"));
            transport.close();
        }

        assertThat(TestServer.query(
                        database, "SELECT queue_name || ' ' || total_messages FROM pgmq.metrics_all() ORDER BY 1"))
                .containsExactly(
                        "billing_domain_events 3",
                        "billing_domain_events_dlq 0",
                        "orders_domain_events 3",
                        "orders_domain_events_dlq 0");
    }

    @Test
    void aSecondStartFindsTheSchemaAndTheEvents() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        PgmqTransport first = TestWorker.start(database, "orders");
        first.publisher().publish(DomainEvent.of("order.created", Map.of("id", 1), "test"));
        first.close();

        PgmqTransport second = TestWorker.start(database, "orders");
        try (DurableEventConsumer consumer = second.openConsumer(ConsumerOptions.defaults())) {
            assertThat(consumer.receive(10, Duration.ZERO)).hasSize(1);
        } finally {
            second.close();
        }
    }

    @Test
    void connectionsCarryTheWorkersName() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        PgmqTransport transport = TestWorker.start(database, "orders");
        transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "test"));

        assertThat(TestServer.query(
                        database,
                        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'tasker/%'"))
                .containsExactly("tasker/worker-1");
        transport.close();
        Until.isTrue(
                "the server has noticed that the connections are closed",
                () -> TestServer.query(
                                database,
                                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'tasker/%'"
                                        + " AND datname = current_database()")
                        .isEmpty());
    }

    @Test
    void aForeignPgmqIsUsedAndNotTouched() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, SchemaClient.resource("foreign.sql"));
        List<String> before = TestServer.query(database, EVERYTHING);

        PgmqTransport transport = TestWorker.start(database, "orders", "degraded-dead-letters", "0");
        DomainEvent sent = DomainEvent.builder("order.created", "test")
                .payload(Map.of("id", 1))
                .header("x-pgmq-group", "a")
                .build();
        transport.publisher().publishAll(List.of(sent, DomainEvent.of("order.paid", Map.of(), "test")));
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            List<ReceivedEvent> received = consumer.receive(10, Duration.ZERO);
            assertThat(received).extracting(ReceivedEvent::event).first().isEqualTo(sent);
            assertThat(consumer.deadLetter(received.getFirst(), "no", Optional.empty()))
                    .isTrue();
            assertThat(consumer.release(received.getLast(), Duration.ZERO)).isTrue();
            assertThat(consumer.acknowledge(consumer.receive(10, Duration.ZERO)))
                    .isEmpty();
        }
        assertThat(TestWorker.healthOf(transport, HealthStatus.HEALTHY).details())
                .containsEntry("schema", "PGMQ (plain SQL)")
                .containsEntry("queue_length", 0)
                .containsEntry("dead_letters", 1);
        assertThat(transport.queues().list()).hasSize(2);
        transport.close();

        assertThat(TestServer.query(database, EVERYTHING)).isEqualTo(before);
    }

    @Test
    void aSchemaThatIsNoPgmqIsRefusedAndNotTouched() {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE SCHEMA pgmq; CREATE TABLE pgmq.mine (id integer)");

        assertThat(refusal(database))
                .hasMessageStartingWith("TASKER-D108")
                .hasMessageContaining("create(text…), read(text,integer,integer…)");
        assertThat(TestServer.query(database, EVERYTHING)).containsExactly("comment \nrelation mine r");
    }

    @Test
    void aPgmqWithoutHeadersIsTooOld() {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, SchemaClient.resource("foreign.sql"));
        TestServer.sql(database, "ALTER TYPE pgmq.message_record RENAME ATTRIBUTE headers TO others");

        assertThat(refusal(database))
                .hasMessageStartingWith("TASKER-D108")
                .hasMessageContaining("it lacks message_record.headers;");
    }

    @Test
    void anEmptySchemaThatAnAdministratorMadeIsFilled() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE ROLE filler LOGIN; CREATE SCHEMA pgmq AUTHORIZATION filler");

        PgmqTransport transport = TestWorker.start(TestServer.as(database, "filler", null), "orders");
        transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "test"));
        transport.close();
    }

    @Test
    void anAccountWithoutRightsIsToldWhatToAskFor() {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE ROLE guest LOGIN");

        assertThat(refusal(TestServer.as(database, "guest", null)))
                .hasMessageStartingWith("TASKER-D107")
                .hasMessageContaining("'guest' may not create one")
                .hasMessageContaining("CREATE SCHEMA pgmq AUTHORIZATION \"guest\"");

        TestServer.sql(database, "CREATE SCHEMA pgmq");
        assertThat(refusal(TestServer.as(database, "guest", null)))
                .hasMessageStartingWith("TASKER-D107")
                .hasMessageContaining("belongs to another account");

        TestServer.sql(database, SchemaClient.resource("foreign.sql").replace("CREATE SCHEMA pgmq;", ""));
        assertThat(refusal(TestServer.as(database, "guest", null)))
                .hasMessageStartingWith("TASKER-D107")
                .hasMessageContaining("GRANT USAGE ON SCHEMA pgmq TO \"guest\"")
                .hasMessageNotContaining("CREATE SCHEMA");
    }

    @Test
    void aMissingDatabaseIsNamed() {
        assertThat(refusal(TestServer.settings("nowhere")))
                .hasMessageStartingWith("TASKER-D105 the database 'nowhere' does not exist at localhost:")
                .hasMessageContaining("CREATE DATABASE");
    }

    @Test
    void aWrongPasswordIsToldWithoutShowingIt() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE ROLE locked LOGIN PASSWORD 'right'");
        TestServer.requirePassword("locked");
        TestServer.sql(database, "CREATE SCHEMA pgmq AUTHORIZATION locked");

        assertThat(refusal(TestServer.as(database, "locked", "s3cret")))
                .hasMessageStartingWith("TASKER-D104")
                .hasMessageContaining("'locked'")
                .hasMessageContaining("database.password")
                .hasMessageNotContaining("s3cret");
        assertThat(refusal(TestServer.as(database, "locked", null))).hasMessageStartingWith("TASKER-D104");
        DatabaseSettings inUrl =
                new DatabaseSettings(database.url() + "?password=s3cret", Optional.of("locked"), Optional.empty());
        assertThat(refusal(inUrl)).hasMessageContaining("password=***").hasMessageNotContaining("s3cret");

        TestWorker.start(TestServer.as(database, "locked", "right"), "orders").close();
    }

    @Test
    void anUnknownAccountIsRefused() {
        assertThat(refusal(TestServer.as(TestServer.settings("postgres"), "nobody_here", null)))
                .hasMessageStartingWith("TASKER-D104")
                .hasMessageContaining("nobody_here");
    }

    @Test
    void aServerThatDoesNotListenOrHasNoSuchNameCannotBeReached() throws IOException {
        int free = TestServer.freePort();
        assertThat(refusal(at("jdbc:postgresql://localhost:" + free + "/app")))
                .hasMessageStartingWith("TASKER-D103 cannot reach PostgreSQL at localhost:" + free)
                .hasMessageContaining("Connection refused")
                .hasMessageNotContaining("s3cret");
        // Where no name server answers, it takes long to find out that there is no such name.
        assertThat(refusal(at("jdbc:postgresql://no-such-host.invalid/app"), "connect-timeout-ms", "60000"))
                .hasMessageStartingWith("TASKER-D103 cannot reach PostgreSQL at no-such-host.invalid:5432")
                .hasMessageContaining("UnknownHost");
    }

    @Test
    void aServerThatNeverAnswersEndsWithinTheBound() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(refusal(
                            at("jdbc:postgresql://localhost:" + silent.getLocalPort() + "/app"),
                            "connect-timeout-ms",
                            "1000"))
                    .hasMessageStartingWith("TASKER-D103");
        }
    }

    @Test
    void aServerOfAnotherKindIsTold() throws Exception {
        try (ServerSocket web = new ServerSocket(0)) {
            Thread.startVirtualThread(() -> {
                while (!web.isClosed()) {
                    try (Socket client = web.accept()) {
                        client.getOutputStream()
                                .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException ignored) {
                        return;
                    }
                }
            });
            assertThat(refusal(at("jdbc:postgresql://localhost:" + web.getLocalPort() + "/app"))
                            .code())
                    .isIn("TASKER-D103", "TASKER-D111");
        }
    }

    @Test
    void anAddressOfAnotherDatabaseIsRefused() {
        for (String url : List.of("jdbc:mysql://root:s3cret@localhost/app", "postgres://localhost/app", "")) {
            assertThat(refusal(at(url)))
                    .hasMessageStartingWith("TASKER-D102")
                    .hasMessageContaining("jdbc:postgresql://<host>")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
