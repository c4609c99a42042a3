package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.bootstrap.client.TestServer;
import tasker.nativecore.tls.PemException;
import tasker.nativecore.tls.PemFile;
import tasker.nativecore.tls.TlsFiles;
import tasker.nativecore.tls.TlsIdentity;

/** Commands that ask a worker over TLS, which wants to be shown a certificate. */
@Timeout(300)
class TlsClientTests {
    private static final String HEALTH = """
            {"status":"healthy","worker_id":"w-1","uptime_seconds":1,"components":{},"native":{},"jvm":{}}""";

    @TempDir
    static Path folder;

    private TestCli cli;

    @BeforeAll
    static void makeCertificates() throws Exception {
        make("worker");
        make("client");
        make("stranger");
        Files.writeString(
                folder.resolve("client.pem"),
                Files.readString(folder.resolve("client.crt")) + Files.readString(folder.resolve("client.key")));
    }

    @BeforeEach
    void prepare() {
        cli = new TestCli(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cert client.crt --key client.key", "--cert client.pem"})
    void aWorkerAndAClientThatTrustEachOtherTalk(String identity) throws Exception {
        try (TestServer server = worker()) {
            assertThat(cli.run(("health --cacert worker.crt " + identity + " --url " + server.uri()).split(" ", -1)))
                    .as(cli.err())
                    .isZero();
            assertThat(cli.out()).contains("worker w-1 is healthy");
        }
    }

    @Test
    void theEnvironmentCanNameTheFiles() throws Exception {
        try (TestServer server = worker()) {
            cli.variable("TASKER_CACERT", "worker.crt")
                    .variable("TASKER_CERT", "client.crt")
                    .variable("TASKER_KEY", "client.key")
                    .variable("TASKER_URL", server.uri().toString());

            assertThat(cli.run("health")).as(cli.err()).isZero();
        }
    }

    @Test
    void aWorkerThatIsNotBelievedIsNotAsked() throws Exception {
        try (TestServer server = worker()) {
            assertThat(cli.run("health", "--url", server.uri().toString())).isEqualTo(3);
            assertThat(cli.err()).contains("error: TASKER-L205", "--cacert");
            assertThat(cli.run(
                            "health",
                            "--cacert",
                            "stranger.crt",
                            "--url",
                            server.uri().toString()))
                    .isEqualTo(3);
            assertThat(cli.err()).contains("error: TASKER-L205", "--cacert");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "submit charge {}"})
    void aClientThatShowsNoCertificateIsToldSo(String command) throws Exception {
        try (TestServer server = worker()) {
            assertThat(cli.run((command + " --cacert worker.crt --url " + server.uri()).split(" ", -1)))
                    .isEqualTo(3);
            assertThat(cli.err()).contains("error: TASKER-L20", "--cert and --key");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() {
        assertThat(cli.run("health", "--cacert", "none.crt", "--url", "https://localhost:1"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103 the file '" + folder.resolve("none.crt") + "' of --cacert");
        assertThat(cli.run("health", "--key", "client.key", "--url", "https://localhost:1"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103 --key is given without --cert");
    }

    private static TestServer worker() throws IOException, PemException {
        TlsIdentity own = new TlsIdentity(pem("worker.crt"), pem("worker.key"));
        SSLServerSocket socket = (SSLServerSocket) new TlsFiles(Optional.of(own), Optional.of(pem("client.crt")))
                .read()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        return new TestServer(socket, request -> TestServer.response(200, "application/json", HEALTH));
    }

    private static PemFile pem(String name) {
        return new PemFile("the test", folder.resolve(name));
    }

    /** Make a certificate that signs itself, by the {@code keytool} of the JDK. */
    private static void make(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool")
                + " -genkeypair -keyalg EC -groupname secp256r1 -ext san=ip:127.0.0.1 -validity 2 -storepass changeit"
                + " -alias own -dname CN=" + name + " -keystore " + store;
        Process process = new ProcessBuilder(keytool.split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        char[] password = "changeit".toCharArray();
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password);
        }
        write(name + ".crt", "CERTIFICATE", keys.getCertificate("own").getEncoded());
        write(name + ".key", "PRIVATE KEY", keys.getKey("own", password).getEncoded());
    }

    private static void write(String name, String label, byte[] content) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + label + "-----\n");
    }
}
