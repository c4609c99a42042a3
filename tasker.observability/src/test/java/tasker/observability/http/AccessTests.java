package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTests {
    private static final String EVENT = "{\"event_type\":\"order.created\",\"payload\":{}}";

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @ParameterizedTest
    @ValueSource(strings = {"/config", "/providers", "/events"})
    void guardedPathsNeedTheToken(String path) throws IOException {
        URI server = fixture.start("token", "s3cret");

        for (String header : List.of(
                "X-Nothing: 1",
                "Authorization: Bearer wrong",
                "Authorization: Bearer s3cre",
                "Authorization: Bearer s3cret2",
                "Authorization: Bearer",
                "Authorization: Basic s3cret",
                "Authorization: s3cret")) {
            HttpReply refused = HttpReply.ask(server, "HEAD", path, "", header);
            assertThat(refused.status()).as(header).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
        assertThat(HttpReply.ask(server, "HEAD", path, "", "Authorization: Bearer s3cret")
                        .status())
                .isEqualTo(200);
        assertThat(HttpReply.ask(server, "HEAD", path, "", "authorization: bearer  s3cret")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTokenMayHoldAnyCharacter() throws IOException {
        URI server = fixture.start("token", "s3cr\u00e9t\u20ac");
        String sent = new String("s3cr\u00e9t\u20ac".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(HttpReply.get(server, "/config", "Authorization: Bearer " + sent)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void publishingNeedsTheToken() throws IOException {
        URI server = fixture.start("token", "s3cret");

        HttpReply refused = HttpReply.post(server, "/events", EVENT, "Content-Type: application/json");
        HttpReply accepted = HttpReply.post(
                server, "/events", EVENT, "Content-Type: application/json", "Authorization: Bearer s3cret");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("TASKER-H105");
        assertThat(refused.body()).doesNotContain("s3cret");
        assertThat(accepted.status()).isEqualTo(201);
        assertThat(fixture.worker.committed).hasSize(1);
    }

    @Test
    void probesAndScrapersNeedNoTokenAndMayUseAnyHost() throws IOException {
        URI server = fixture.start("token", "s3cret");

        for (String path : List.of("/health", "/health/live", "/health/ready", "/metrics", "/metrics/worker", "/")) {
            assertThat(HttpReply.get(server, path, "Host: worker.example.com:8081")
                            .status())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.com",
                "evil.example.com:8081",
                "127.0.0.1.evil.example.com",
                "localhost.evil.example.com",
                "evil-localhost",
                "10.0.0.1",
                "0.0.0.0",
                "[::2]:80",
                "localhost@evil.example.com",
                ""
            })
    void aNameThatWasResolvedToThisMachineByAStrangerIsRefused(String host) throws IOException {
        URI server = fixture.start();

        for (String path : List.of("/health", "/metrics", "/config", "/events")) {
            HttpReply reply = HttpReply.get(server, path, "Host: " + host);
            assertThat(reply.status()).as(path).isEqualTo(403);
            assertThat(reply.code()).isEqualTo("TASKER-H104");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:9000",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.1.2.3",
                "[::1]:8081",
                "a.localhost"
            })
    void everyNameOfThisMachineIsServed(String host) throws IOException {
        URI server = fixture.start();

        assertThat(HttpReply.get(server, "/config", "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example.com",
                "Origin: null",
                "Origin: https://localhost:8081",
                "Origin: http://localhost:8082",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site"
            })
    void aPageOfAnotherSiteCanNeitherReadNorPublish(String header) throws IOException {
        URI server = fixture.start();

        HttpReply read = HttpReply.get(server, "/events", "Host: localhost:8081", header);
        HttpReply write = HttpReply.post(
                server, "/events", EVENT, "Host: localhost:8081", "Content-Type: application/json", header);

        assertThat(read.status()).isEqualTo(403);
        assertThat(write.status()).isEqualTo(403);
        assertThat(write.code()).isEqualTo("TASKER-H104");
        assertThat(fixture.worker.committed).isEmpty();
    }

    @Test
    void aPageOfThisServerCanPublish() throws IOException {
        URI server = fixture.start();

        HttpReply reply = HttpReply.post(
                server,
                "/events",
                EVENT,
                "Host: localhost:8081",
                "Origin: http://localhost:8081",
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/json");

        assertThat(reply.status()).isEqualTo(201);
    }

    @Test
    void aLinkOnAnotherSiteMayLeadHere() throws IOException {
        URI server = fixture.start();

        HttpReply reply = HttpReply.get(server, "/health", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");

        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void withoutATokenOthersGetStatusAndMetricsAloneAndOnlyWhenThatIsMeant() throws IOException {
        URI server = fixture.start("address", "0.0.0.0", "allow-without-token", "true");

        for (String path : List.of("/health", "/health/live", "/health/ready", "/metrics", "/metrics/worker")) {
            HttpReply reply = HttpReply.get(server, path, "Host: worker.example.com:8081");
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.body()).as(path).doesNotContain("checks");
        }
        for (String path : List.of("/config", "/providers", "/events", "/health/detailed")) {
            HttpReply reply = HttpReply.get(server, path, "Host: localhost");
            assertThat(reply.status()).as(path).isEqualTo(403);
            assertThat(reply.code()).as(path).isEqualTo("TASKER-H112");
        }
        assertThat(HttpReply.post(server, "/events", EVENT, "Content-Type: application/json")
                        .status())
                .isEqualTo(403);
        assertThat(fixture.worker.committed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/metrics", "/config", "/no/such/page", "/"})
    void everyAnswerTellsBrowsersWhatTheyMayNotDo(String path) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), path);

        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
        assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
    }
}
