package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTests {
    private static final Pattern LINK = Pattern.compile("(?:src|href|from)[= ]\"(/page/[^\"]+|\\./[^\"]+)\"");

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "application/json;q=0.5, text/html;q=0.9",
                "TEXT/HTML",
                "text/html;level=1",
                "text/*"
            })
    void whoReadsHtmlGetsThePage(String accept) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), "/", "Accept: " + accept);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(reply.header("Vary")).isEqualTo("Accept");
        assertThat(reply.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/json, text/html;q=0.9",
                "text/html, application/json",
                "text/html;q=0",
                "text/html; q=0.000",
                "text/html;level=1;q=0",
                "text/htmlx",
                ""
            })
    void whoDoesNotGetsTheListOfEndpoints(String accept) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), "/", "Accept: " + accept);

        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Vary")).isEqualTo("Accept");
        assertThat(reply.json()).containsKey("endpoints");
    }

    @Test
    void thePageAndAllItsPartsAreServedAndNothingIsFromElsewhere() throws IOException {
        URI server = fixture.start();
        String page = HttpReply.get(server, "/", "Accept: text/html").body();
        List<String> linked = LINK.matcher(page)
                .results()
                .map(MatchResult::group)
                .map(link -> link.substring(link.indexOf('"') + 1, link.length() - 1))
                .toList();

        assertThat(linked).contains("/page/page.css", "/page/main.js", "/page/icon.svg");
        assertThat(page).doesNotContain("http://", "https://", "style=", "onclick");
        for (String path : linked) {
            HttpReply part = HttpReply.get(server, path);
            assertThat(part.status()).as(path).isEqualTo(200);
            assertThat(part.body().replace("http://www.w3.org/2000/svg", ""))
                    .as(path)
                    .doesNotContain("http://", "https://");
            LINK.matcher(part.body())
                    .results()
                    .forEach(link -> assertThat(served(server, link.group(1)))
                            .as("%s of %s", link.group(1), path)
                            .isEqualTo(200));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/main.js", "/page/page.css", "/page/icon.svg"})
    void browsersRunNothingButThePagesOwnFiles(String path) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), path, "Accept: text/html");

        assertThat(reply.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
                .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/page/", "/page/nothing.js", "/page/../page/main.js", "/page/index.html", "/page/main.js/x"})
    void nothingElseIsServed(String path) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), path, "Accept: text/html");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("TASKER-H106");
    }

    @Test
    void thePageIsOpenWhereATokenIsSetAsItTellsNothing() throws IOException {
        URI server = fixture.start("token", "s3cret");

        for (String path : List.of("/", "/page/main.js")) {
            HttpReply reply = HttpReply.get(server, path, "Accept: text/html");
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.body()).as(path).doesNotContain("worker-1", "s3cret");
        }
    }

    private static int served(URI server, String link) {
        try {
            return HttpReply.get(server, link.startsWith("./") ? "/page/" + link.substring(2) : link)
                    .status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
