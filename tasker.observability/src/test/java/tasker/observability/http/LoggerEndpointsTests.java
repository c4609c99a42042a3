package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.nativecore.LogLevels;

class LoggerEndpointsTests {
    private static final String JSON = "Content-Type: application/json";

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestLogLevels levels = new TestLogLevels();

    private URI start(String... settings) {
        fixture.worker.logLevels = levels;
        return fixture.start(settings);
    }

    @Test
    void aLevelIsSetSeenAndTakenBack() throws IOException {
        URI server = start();

        HttpReply set = HttpReply.ask(server, "PUT", "/loggers/com.example", "{\"level\":\"debug\"}", JSON);
        assertThat(set.status()).isEqualTo(200);
        assertThat(set.json()).isEqualTo(Map.of("name", "com.example", "level", "debug", "effective_level", "debug"));
        assertThat(HttpReply.get(server, "/loggers/com.example").json()).isEqualTo(set.json());
        assertThat(HttpReply.get(server, "/loggers").json())
                .isEqualTo(Map.of(
                        "loggers",
                        List.of(set.json(), Map.of("name", "root", "level", "info", "effective_level", "info"))));

        HttpReply reset = HttpReply.ask(server, "PUT", "/loggers/com.example", "{\"level\":null}", JSON);
        assertThat(reset.json()).isEqualTo(Map.of("name", "com.example", "effective_level", "info"));
        assertThat(levels.levels).containsOnlyKeys("root");
    }

    @Test
    void theTokenGuardsEachOfThem() throws IOException {
        URI server = start("token", "s3cret");

        assertThat(HttpReply.get(server, "/loggers").status()).isEqualTo(401);
        assertThat(HttpReply.get(server, "/loggers/root").status()).isEqualTo(401);
        assertThat(HttpReply.ask(server, "PUT", "/loggers/root", "{\"level\":\"off\"}", JSON)
                        .code())
                .isEqualTo("TASKER-H105");
        assertThat(levels.levels).containsEntry("root", "info");
        String token = "Authorization: Bearer s3cret";
        assertThat(HttpReply.ask(server, "PUT", "/loggers/root", "{\"level\":\"off\"}", JSON, token)
                        .status())
                .isEqualTo(200);
        assertThat(levels.levels).containsEntry("root", "off");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"level\":\"loud\"} | level",
                "{\"level\":7}          | level",
                "{}                     | level",
                "{\"levels\":\"info\"}  | levels",
                "[]                     | ",
                "x                      | "
            })
    void badInputIs400AndNamesTheField(String body, String field) throws IOException {
        HttpReply reply = HttpReply.ask(start(), "PUT", "/loggers/root", body, JSON);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("TASKER-V101");
        if (field != null) {
            assertThat(String.valueOf(reply.json().get("error"))).contains("field=" + field);
        }
        assertThat(levels.levels).containsEntry("root", "info");
    }

    @Test
    void aBackendThatCannotIs501AndNamesItself() throws IOException {
        URI server = start();
        fixture.worker.logLevels = LogLevels.unsupported();

        HttpReply reply = HttpReply.ask(server, "PUT", "/loggers/root", "{\"level\":\"info\"}", JSON);

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.code()).isEqualTo("TASKER-W210");
        assertThat(reply.body()).contains("ch.qos.logback.classic.LoggerContext");
        assertThat(HttpReply.get(server, "/loggers").status()).isEqualTo(501);
    }
}
