package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.StartRefusedException;

/** Files that cannot be used for TLS keep a worker from starting, and it says which and why. */
class TlsFilesTests {
    private static final byte[] SECRET = "hunter2hunter2hunter2".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    static Path folder;

    private static TestCertificates certificates;

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    @BeforeAll
    static void makeFiles() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.authority("one");
        certificates.authority("other");
        write("encrypted.key", TestCertificates.block("ENCRYPTED PRIVATE KEY", SECRET));
        write("old.key", TestCertificates.block("RSA PRIVATE KEY", SECRET));
        write("nonsense.key", TestCertificates.block("PRIVATE KEY", SECRET));
        write("short.key", "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
        write("nonsense.crt", TestCertificates.block("CERTIFICATE", SECRET));
        write("chain.crt", read("one.crt") + read("other.crt"));
        write("large.crt", "x".repeat((1 << 20) + 1));
        write("empty.crt", "");
        write("both.pem", "Bag Attributes: - one --\n" + read("one.key") + "friendlyName: one\n" + read("one.crt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one.crt   | missing.key   | cannot be read (NoSuchFileException)",
                "one.crt   | encrypted.key | holds a key that is encrypted",
                "one.crt   | old.key       | openssl pkcs8 -topk8 -nocrypt",
                "one.crt   | nonsense.key  | holds a key that is malformed, or neither RSA nor EC",
                "one.crt   | short.key     | holds a key that is malformed",
                "one.crt   | one.crt       | holds no private key",
                "one.crt   | other.key     | holds another key than that of the first certificate",
                "one.key   | one.key       | holds no certificate",
                "empty.crt | one.key       | holds no certificate",
                "large.crt | one.key       | is larger than 1048576 bytes",
                "chain.crt | one.key       | holds certificates that are no chain",
                "nonsense.crt | one.key    | holds a certificate that is malformed"
            })
    void aFileThatCannotBeUsedIsNamedWithTheReason(String certificate, String key, String reason) {
        assertThatThrownBy(() -> start("tls-certificate", certificate, "tls-key", key))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageStartingWith("TASKER-H113 the file '" + folder)
                .hasMessageContaining("of observability.tls-")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("hunter2");
        assertThat(fixture.http.endpoint()).isEmpty();
    }

    @Test
    void anAuthorityThatCannotBeReadIsNamed() {
        assertThatThrownBy(() ->
                        start("tls-certificate", "one.crt", "tls-key", "one.key", "tls-client-ca", "nonsense.crt"))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("'" + certificates.file("nonsense.crt") + "' of observability.tls-client-ca");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls-certificate", "tls-key", "tls-client-ca"})
    void aSettingThatStandsAloneIsRefused(String setting) {
        assertThatThrownBy(() -> start(setting, "one.crt"))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageStartingWith("TASKER-H113 observability." + setting + " is set");
    }

    @Test
    void oneFileMayHoldBothAndOtherText() {
        assertThat(start("tls-certificate", "both.pem", "tls-key", "both.pem")).isEqualTo("https");
    }

    private String start(String... settings) {
        for (int i = 1; i < settings.length; i += 2) {
            settings[i] = certificates.file(settings[i]);
        }
        return fixture.start(settings).getScheme();
    }

    private static String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
