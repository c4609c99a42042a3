package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerLimitsTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdk.httpserver.maxConnections",
                "sun.net.httpserver.maxReqTime",
                "sun.net.httpserver.idleInterval",
                "sun.net.httpserver.maxReqHeaders",
                "sun.net.httpserver.maxReqHeaderSize"
            })
    void whatAClientCanTakeIsBounded(String property) {
        fixture.start();

        assertThat(System.getProperty(property, "none")).matches("[1-9][0-9]*");
    }

    /** How long a comparison takes cannot be measured here, but which one is called can be seen. */
    @Test
    void theTokenIsComparedInConstantTime() throws IOException {
        try (InputStream in = Objects.requireNonNull(Access.class.getResourceAsStream("Access.class"))) {
            String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(constants).contains("java/security/MessageDigest", "isEqual");
        }
    }
}
