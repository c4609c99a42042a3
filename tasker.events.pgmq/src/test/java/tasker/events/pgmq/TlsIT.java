package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;

/** A server with certificates of authorities of our own, made with openssl for each test. */
class TlsIT {
    private static final String IDS = "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events";

    private static final String ENCRYPTED =
            "SELECT DISTINCT s.ssl FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid)"
                    + " WHERE a.application_name LIKE 'tasker/%' AND a.datname = current_database()";

    @TempDir
    Path folder;

    private DatabaseSettings database;

    @BeforeEach
    void makeAuthorities() throws Exception {
        database = TestServer.newDatabase();
        for (String name : List.of("ours", "theirs")) {
            openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name + " -keyout " + name + ".key -out "
                    + name + ".crt");
        }
        openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost"
                + " -keyout server.key -out server.csr");
    }

    @AfterEach
    void turnOff() {
        for (String name : List.of("ssl", "ssl_cert_file", "ssl_key_file")) {
            TestServer.configure(name, "DEFAULT");
        }
    }

    private void openssl(String arguments) throws Exception {
        Path output = folder.resolve("openssl.log");
        int code = new ProcessBuilder(("openssl " + arguments).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(code).as(arguments + "\n" + Files.readString(output)).isZero();
    }

    /** Give the server a certificate for "localhost" of this authority, and wait until it shows it. */
    private void serve(String authority, int days) throws Exception {
        String name = authority + days;
        openssl("x509 -req -in server.csr -copy_extensions copy -CA " + authority + ".crt -CAkey " + authority
                + ".key -CAcreateserial -days " + days + " -out " + name + ".crt");
        Path key = TestServer.data().resolve(name + ".key");
        Path certificate = TestServer.data().resolve(name + ".crt");
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, Files.readString(folder.resolve("server.key")));
        Files.writeString(certificate, Files.readString(folder.resolve(name + ".crt")));
        TestServer.configure("ssl_cert_file", "'" + certificate + "'");
        TestServer.configure("ssl_key_file", "'" + key + "'");
        TestServer.configure("ssl", "on");
        Until.isTrue(
                "the certificate is in force",
                () -> TestServer.query(database, "SELECT current_setting('ssl') || current_setting('ssl_cert_file')")
                        .equals(List.of("on" + certificate)));
    }

    private DatabaseSettings verifying(String host) {
        String url = database.url().replace("localhost", host) + "?sslmode=verify-full&sslrootcert="
                + folder.resolve("ours.crt");
        return new DatabaseSettings(url, database.user(), database.password());
    }

    private ThrowableAssertAlternative<TaskerException> assertRefused(String host) {
        return assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> TestWorker.start(verifying(host), "orders").close())
                .returns("TASKER-D111", TaskerException::code);
    }

    @Test
    void aServerThatProvesWhoItIsIsUsedEncrypted() throws Exception {
        serve("ours", 2);
        PgmqTransport transport = TestWorker.start(verifying("localhost"), "orders");
        try {
            Until.isTrue(
                    "its connections are encrypted, each of them",
                    () -> TestServer.query(database, ENCRYPTED).equals(List.of("t")));
        } finally {
            transport.close();
        }
    }

    @Test
    void aServerThatDoesNotProveWhoItIsIsRefused() throws Exception {
        assertRefused("localhost").withMessageContaining("does not support SSL");

        serve("ours", 2);
        assertRefused("127.0.0.1").withMessageContaining("127.0.0.1").withMessageContaining("hostname");

        serve("theirs", 2);
        assertRefused("localhost").withMessageContaining("valid certification path");

        serve("ours", -1);
        assertRefused("localhost").withMessageContaining("NotAfter");
    }

    @Test
    void aCertificateThatIsReplacedWhileEventsAreWrittenIsCheckedAnew() throws Exception {
        serve("ours", 2);
        try (WriterProcess writer = new WriterProcess(folder, verifying("localhost"))) {
            serve("theirs", 2);
            writer.awaitReturned(200);
            TestServer.query(
                    database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name LIKE 'tasker/%'");
            writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q101 .*TASKER-D111 .*valid certification path");
            writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-D111 .*valid certification path");

            serve("ours", 3);
            writer.awaitHealthyAgain();
            writer.stop();
            writer.check(TestServer.query(database, IDS));
        }
    }
}
