package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server over TLS, with real certificates and sockets. */
@Timeout(300)
class TlsTests {
    private static final String EVENT = "{\"event_type\":\"order.created\",\"payload\":{}}";

    /** A record of a handshake that is announced, and never comes. */
    private static final byte[] BEGINNING_OF_A_HANDSHAKE = {22, 3, 1, 2, 0, 1};

    @TempDir
    static Path folder;

    private static TestCertificates certificates;

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.authority("ca");
        certificates.signed("rsa", "ca", "RSA");
        certificates.signed("ec", "ca", "EC");
        // Of the same name, as a client keeps a certificate to itself which no authority that the server names signed.
        TestCertificates foreign = new TestCertificates(Files.createDirectory(folder.resolve("foreign")));
        foreign.authority("ca");
        foreign.signed("stranger", "ca", "EC");
        Files.copy(folder.resolve("foreign/ca.crt"), folder.resolve("foreign-ca.crt"));
        Files.copy(folder.resolve("foreign/stranger.crt"), folder.resolve("stranger.crt"));
        Files.copy(folder.resolve("foreign/stranger.key"), folder.resolve("stranger.key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void answersWhoBelievesItsAuthority(String name) throws Exception {
        URI server = startWith(name);

        assertThat(server).hasScheme("https");
        assertThat(HttpReply.get(client("ca"), server, "/health").status()).isEqualTo(200);
        assertThat(HttpReply.get(client("ca"), server, "/config").status()).isEqualTo(200);
        assertThatIOException().isThrownBy(() -> HttpReply.get(client("foreign-ca"), server, "/health"));
        assertThatIOException().isThrownBy(() -> HttpReply.get(server, "/health"));
    }

    @Test
    void theTokenIsNeededOverTlsToo() throws Exception {
        URI server = startWith("ec", "token", "s3cret", "address", "0.0.0.0");

        assertThat(HttpReply.get(client("ca"), server, "/config").status()).isEqualTo(401);
        assertThat(HttpReply.get(client("ca"), server, "/config", "Authorization: Bearer s3cret")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withACertificateOfTheRightAuthorityOthersMayReachItWithoutAToken() throws Exception {
        URI server = startWith("rsa", "address", "0.0.0.0", "tls-client-ca", certificates.file("ca.crt"));
        SSLSocketFactory known = client("ca", "ec");

        for (String path : List.of("/health/live", "/health/detailed", "/config", "/metrics")) {
            assertThat(HttpReply.get(known, server, path, "Host: worker.example.com:8081")
                            .status())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(publish(known, server).status()).isEqualTo(201);
        assertThatIOException().isThrownBy(() -> HttpReply.get(client("ca"), server, "/health/live"));
        assertThatIOException().isThrownBy(() -> HttpReply.get(client("ca", "stranger"), server, "/health/live"));
        assertThat(fixture.worker.committed).hasSize(1);
    }

    @Test
    void whereACertificateIsOptionalWhoShowsNoneGetsStatusAndMetricsAlone() throws Exception {
        URI server = startWith(
                "rsa",
                "address",
                "0.0.0.0",
                "tls-client-ca",
                certificates.file("ca.crt"),
                "tls-client-auth",
                "optional");

        for (String path : List.of("/health", "/health/live", "/metrics")) {
            HttpReply reply = HttpReply.get(client("ca"), server, path);
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.body()).as(path).doesNotContain("checks");
        }
        for (String path : List.of("/config", "/events", "/providers")) {
            HttpReply refused = HttpReply.get(client("ca"), server, path);
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.code()).as(path).isEqualTo("TASKER-H114");
        }
        assertThat(publish(client("ca"), server).status()).isEqualTo(403);
        assertThat(HttpReply.get(client("ca", "ec"), server, "/config").status())
                .isEqualTo(200);
        assertThat(publish(client("ca", "ec"), server).status()).isEqualTo(201);
        assertThatIOException().isThrownBy(() -> HttpReply.get(client("ca", "stranger"), server, "/health"));
    }

    @Test
    void aCertificateIsNoTokenWhereOneIsSet() throws Exception {
        URI server = startWith("rsa", "tls-client-ca", certificates.file("ca.crt"), "token", "s3cret");

        assertThat(HttpReply.get(client("ca", "ec"), server, "/config").status())
                .isEqualTo(401);
        assertThat(HttpReply.get(client("ca", "ec"), server, "/config", "Authorization: Bearer s3cret")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aForeignPageInABrowserThatHasACertificateIsRefused() throws Exception {
        URI server = startWith("rsa", "tls-client-ca", certificates.file("ca.crt"));

        for (String header : List.of(
                "Origin: https://evil.example.com", "Origin: http://localhost:8081", "Sec-Fetch-Site: cross-site")) {
            HttpReply reply = HttpReply.ask(
                    client("ca", "ec"),
                    server,
                    "POST",
                    "/events",
                    EVENT,
                    "Host: localhost:8081",
                    "Content-Type: application/json",
                    header);
            assertThat(reply.status()).as(header).isEqualTo(403);
        }
        assertThat(HttpReply.get(
                                client("ca", "ec"),
                                server,
                                "/config",
                                "Host: localhost:8081",
                                "Origin: https://localhost:8081")
                        .status())
                .isEqualTo(200);
        assertThat(fixture.worker.committed).isEmpty();
    }

    @Test
    void filesThatChangeAreReadAgain() throws Exception {
        for (String kind : List.of(".crt", ".key")) {
            Files.copy(folder.resolve("rsa" + kind), folder.resolve("own" + kind));
        }
        Files.copy(folder.resolve("ca.crt"), folder.resolve("clients.crt"));
        URI server = startWith("own", "tls-client-ca", certificates.file("clients.crt"));
        assertThat(subject(server, "ec")).isEqualTo("CN=rsa");

        replace("own.crt", "ec.crt");
        assertThat(subject(server, "ec")).as("with the key missing").isEqualTo("CN=rsa");
        replace("own.key", "ec.key");
        assertThat(subject(server, "ec")).isEqualTo("CN=ec");
        replace("clients.crt", "foreign-ca.crt");
        assertThatIOException().isThrownBy(() -> subject(server, "ec"));
        assertThat(subject(server, "stranger")).isEqualTo("CN=ec");
    }

    @Test
    void handshakesThatNeverFinishKeepNoProbeWaiting() throws Exception {
        URI server = startWith("ec");
        SSLSocketFactory client = client("ca");
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(server.getHost(), server.getPort());
                slow.add(socket);
                if (i % 4 > 0) {
                    socket.getOutputStream().write(BEGINNING_OF_A_HANDSHAKE);
                }
                if (i % 25 == 24) {
                    assertThat(HttpReply.get(client, server, "/health/live").status())
                            .as("after %d", i)
                            .isEqualTo(200);
                }
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private URI startWith(String name, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(
                "tls-certificate", certificates.file(name + ".crt"), "tls-key", certificates.file(name + ".key")));
        return fixture.start(all.toArray(String[]::new));
    }

    private static SSLSocketFactory client(String authority) throws Exception {
        return certificates.client(authority, Optional.empty());
    }

    private static SSLSocketFactory client(String authority, String own) throws Exception {
        return certificates.client(authority, Optional.of(own));
    }

    private static HttpReply publish(SSLSocketFactory sockets, URI server) throws IOException {
        return HttpReply.ask(sockets, server, "POST", "/events", EVENT, "Content-Type: application/json");
    }

    /** What the server's certificate says, to a client that gets an answer. */
    private static String subject(URI server, String own) throws Exception {
        SSLSocketFactory client = client("ca", own);
        HttpReply.get(client, server, "/health/live");
        try (SSLSocket socket = (SSLSocket) client.createSocket(server.getHost(), server.getPort())) {
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private static void replace(String file, String by) throws IOException {
        Path fresh = Files.copy(folder.resolve(by), folder.resolve(file + ".new"));
        Files.move(fresh, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
