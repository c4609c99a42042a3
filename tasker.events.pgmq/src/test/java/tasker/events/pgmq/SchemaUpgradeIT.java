package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** Our schema of an older version, brought up to date by a worker that starts. */
class SchemaUpgradeIT {
    private static final String NEWEST = String.valueOf(CompatibleSchema.VERSION);
    private static final String OBJECTS = """
            SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'pgmq'::regnamespace
            UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text || ' ' || coalesce(relacl::text, '')
                      || ' ' || coalesce(reloptions::text, '')
                      FROM pg_class WHERE relnamespace = 'pgmq'::regnamespace
            UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
                      FROM pg_constraint WHERE connamespace = 'pgmq'::regnamespace
            UNION ALL SELECT 'comment ' || obj_description('pgmq'::regnamespace, 'pg_namespace')
            ORDER BY 1
            """;

    private static DatabaseSettings version1() {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE SCHEMA pgmq; " + SchemaClient.resource("schema-1.sql"));
        TestServer.sql(database, "SELECT pgmq.create('orders_domain_events'), pgmq.create('orders_domain_events_dlq')");
        return database;
    }

    private static String version(DatabaseSettings database) {
        return TestServer.query(
                        database, "SELECT substring(obj_description('pgmq'::regnamespace) FROM 'schema (\\d+)')")
                .getFirst();
    }

    /** The coded warnings that are logged meanwhile; the tests' log goes to the standard error stream. */
    private static List<String> warningsOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("TASKER-D"))
                .map(line -> line.substring(line.indexOf("TASKER-D")))
                .toList();
    }

    private static void publishAndConsume(DatabaseSettings database) {
        try {
            PgmqTransport transport = TestWorker.start(database, "orders");
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "test"));
            try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
                List<ReceivedEvent> received = consumer.receive(10, Duration.ofSeconds(30));
                assertThat(received).hasSize(1);
                assertThat(consumer.acknowledge(received)).as("lost").isEmpty();
            } finally {
                transport.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anUpgradedSchemaIsAsANewOneAndKeepsItsMessages() throws Exception {
        DatabaseSettings fresh = TestServer.newDatabase();
        TestWorker.start(fresh, "orders").close();
        DatabaseSettings upgraded = version1();
        TestServer.sql(upgraded, "SELECT pgmq.send('orders_domain_events_dlq', '1'::jsonb, '{\"h\": 1}'::jsonb)");
        TestServer.sql(upgraded, "SELECT pgmq.enable_notify_insert('orders_domain_events_dlq', 0)");
        assertThat(TestServer.query(upgraded, OBJECTS)).isNotEqualTo(TestServer.query(fresh, OBJECTS));

        assertThat(warningsOf(() -> publishAndConsume(upgraded))).isEmpty();

        try (SchemaClient client = SchemaClient.of(upgraded)) {
            client.run("LISTEN \"pgmq.q_orders_domain_events_dlq.INSERT\"");
            client.rows("SELECT pgmq.send('orders_domain_events_dlq', '2'::jsonb)");
            assertThat(client.connection()
                            .unwrap(org.postgresql.PGConnection.class)
                            .getNotifications(60_000))
                    .as("of a trigger that version 1 made")
                    .hasSize(1);
            assertThat(client.rows("SELECT message, headers FROM pgmq.read('orders_domain_events_dlq', 0, 10)"))
                    .containsExactly("1 {\"h\": 1}", "2 null");
            client.rows("SELECT pgmq.disable_notify_insert('orders_domain_events_dlq')");
        }
        assertThat(TestServer.query(upgraded, OBJECTS)).isEqualTo(TestServer.query(fresh, OBJECTS));
    }

    @Test
    void eachVersionLeadsToTheSame() throws Exception {
        DatabaseSettings fresh = TestServer.newDatabase();
        TestWorker.start(fresh, "orders").close();
        for (int version = 1; version < CompatibleSchema.VERSION; version++) {
            DatabaseSettings older = TestServer.newDatabase();
            TestServer.sql(older, "CREATE SCHEMA pgmq");
            for (int script = 1; script <= version; script++) {
                TestServer.sql(older, SchemaClient.resource("schema-" + script + ".sql"));
            }
            assertThat(version(older)).isEqualTo(String.valueOf(version));

            TestWorker.start(older, "orders").close();

            assertThat(TestServer.query(older, OBJECTS)).isEqualTo(TestServer.query(fresh, OBJECTS));
        }
    }

    @Test
    void manyWorkersThatStartAtOnceUpgradeOnce() throws Exception {
        DatabaseSettings database = version1();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<PgmqTransport>> starting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starting.add(threads.submit(() -> TestWorker.start(database, "orders")));
            }
            for (Future<PgmqTransport> start : starting) {
                start.get(60, TimeUnit.SECONDS).close();
            }
        }
        assertThat(version(database)).isEqualTo(NEWEST);
    }

    @Test
    void anAccountThatMayNotUpgradeGoesOnWithAWarning() {
        DatabaseSettings database = version1();
        TestServer.sql(
                database,
                "CREATE ROLE upgrade_user LOGIN; GRANT USAGE ON SCHEMA pgmq TO upgrade_user;"
                        + " GRANT ALL ON ALL TABLES IN SCHEMA pgmq TO upgrade_user;"
                        + " GRANT ALL ON ALL SEQUENCES IN SCHEMA pgmq TO upgrade_user");
        List<String> before = TestServer.query(database, OBJECTS);

        assertThat(warningsOf(() -> publishAndConsume(TestServer.as(database, "upgrade_user", null))))
                .singleElement()
                .asString()
                .startsWith("TASKER-D114")
                .contains("version=1 wanted=" + NEWEST, "permission denied");
        assertThat(TestServer.query(database, OBJECTS)).isEqualTo(before);
    }

    @Test
    void whatAnAdministratorUpgradesStaysItsMakers() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(database, "CREATE ROLE maker LOGIN; CREATE SCHEMA pgmq AUTHORIZATION maker");
        DatabaseSettings asMaker = TestServer.as(database, "maker", null);
        TestServer.sql(asMaker, SchemaClient.resource("schema-1.sql"));

        TestWorker.start(database, "billing").close();

        assertThat(version(database)).isEqualTo(NEWEST);
        assertThat(TestServer.query(
                        database,
                        "SELECT DISTINCT pg_get_userbyid(o) FROM (SELECT proowner FROM pg_proc"
                                + " WHERE pronamespace = 'pgmq'::regnamespace UNION ALL SELECT relowner FROM pg_class"
                                + " WHERE relnamespace = 'pgmq'::regnamespace AND relname !~ 'billing') AS owners (o)"))
                .containsExactly("maker");
        publishAndConsume(asMaker);
    }

    @Test
    void aTableThatSomebodyUsesPutsTheUpgradeOff() throws Exception {
        DatabaseSettings database = version1();
        try (SchemaClient other = SchemaClient.of(database)) {
            other.connection().setAutoCommit(false);
            other.rows("SELECT count(*) FROM pgmq.notify_insert_throttle");

            assertThat(warningsOf(() -> publishAndConsume(database)))
                    .singleElement()
                    .asString()
                    .startsWith("TASKER-D114")
                    .contains("lock timeout");
        }
        assertThat(version(database)).isEqualTo("1");
        assertThat(warningsOf(() -> publishAndConsume(database))).isEmpty();
        assertThat(version(database)).isEqualTo(NEWEST);
    }

    @Test
    void queuesOfOtherAccountsAreLeftAsTheyAre() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestServer.sql(
                database,
                "CREATE ROLE host_user LOGIN; CREATE ROLE guest_user LOGIN;"
                        + " CREATE SCHEMA pgmq AUTHORIZATION host_user");
        DatabaseSettings host = TestServer.as(database, "host_user", null);
        TestServer.sql(host, SchemaClient.resource("schema-1.sql"));
        TestServer.sql(host, "GRANT ALL ON SCHEMA pgmq TO guest_user; GRANT ALL ON pgmq.meta TO guest_user");
        TestServer.sql(TestServer.as(database, "guest_user", null), "SELECT pgmq.create('guests')");
        TestServer.sql(host, "SELECT pgmq.create('hosts')");

        TestWorker.start(host, "orders").close();

        assertThat(TestServer.query(
                        database,
                        "SELECT relname FROM pg_class WHERE relname IN ('q_guests', 'q_hosts')"
                                + " AND reloptions::text LIKE '%autovacuum%'"))
                .containsExactly("q_hosts");
    }

    @Test
    void aSchemaOfANewerTaskerIsRefused() throws Exception {
        DatabaseSettings database = TestServer.newDatabase();
        TestWorker.start(database, "orders").close();
        TestServer.sql(database, "COMMENT ON SCHEMA pgmq IS 'tasker-pgmq schema 7 (compatible with PGMQ 2.0)'");

        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> TestWorker.start(database, "orders"))
                .withMessageStartingWith("TASKER-D109")
                .withMessageContaining("version 7");
    }
}
