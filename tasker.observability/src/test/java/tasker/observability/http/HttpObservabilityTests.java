package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.StartRefusedException;
import tasker.events.api.TaskerException;
import tasker.observability.TestContext;

class HttpObservabilityTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @Test
    void listensToThisMachineOnlyByDefault() throws IOException {
        URI server = fixture.start();

        assertThat(server).hasScheme("http").hasHost("127.0.0.1").hasPath("");
        assertThat(server.getPort()).isPositive();
        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void anAddressThatOthersReachIsRefusedWithoutAToken(String address) {
        assertThatThrownBy(() -> fixture.start("address", address))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageStartingWith("TASKER-H101 observability.address is '" + address + "'")
                .hasMessageContaining("set observability.token");
        assertThat(fixture.http.endpoint()).isEmpty();
    }

    @Test
    void anAddressThatOthersReachIsServedWithAToken() throws IOException {
        URI server = fixture.start("address", "0.0.0.0", "token", "s3cret");

        assertThat(server.getHost()).isEqualTo("127.0.0.1");
        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(200);
        assertThat(HttpReply.get(server, "/config").status()).isEqualTo(401);
    }

    @Test
    void aPortInUseIsToldWithThePortAndWhatToDo() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());

            assertThatThrownBy(() -> fixture.start("port", port))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageStartingWith("TASKER-H102 port " + port + " of 127.0.0.1 is in use")
                    .hasMessageContaining("set observability.port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such host", "", "203.0.113.7", "host.invalid"})
    void anAddressThatIsNotOfThisMachineIsTold(String address) {
        assertThatThrownBy(() -> fixture.start("address", address, "token", "s3cret"))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-H103 ")
                .hasMessageContaining("'" + address + "'");
    }

    @Test
    void canBeTurnedOff() {
        HttpObservability http = new HttpObservability();
        http.attach(fixture.worker);

        http.start(new TestContext(Map.of("enabled", "false", "address", "192.0.2.1")));

        assertThat(http.endpoint()).isEmpty();
        http.close();
    }

    @Test
    void thePortIsFreeOnceClosed() throws IOException {
        URI server = fixture.start();
        HttpReply.get(server, "/health");

        fixture.http.close();

        assertThat(fixture.http.endpoint()).isEmpty();
        assertThatThrownBy(() -> HttpReply.get(server, "/health")).isInstanceOf(ConnectException.class);
        try (ServerSocket free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(new InetSocketAddress(server.getHost(), server.getPort()));
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        URI server = fixture.start();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
            byte[] probe = "HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(probe);
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int c = socket.getInputStream().read();
                    assertThat(c).isNotNegative();
                    head.append((char) c);
                }
                assertThat(head).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void nonsenseOnTheWireHindersNobody() throws IOException {
        URI server = fixture.start();
        for (String nonsense :
                new String[] {"\u0016\u0003\u0001\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9\r\nX\r\n\r\n"}) {
            try (Socket socket = new Socket(server.getHost(), server.getPort())) {
                socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(200);
    }
}
