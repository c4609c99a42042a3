package tasker.observability.http;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tasker.events.api.StartRefusedException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.tls.PemFile;
import tasker.nativecore.tls.TlsFiles;
import tasker.nativecore.tls.TlsIdentity;

/** Declare the settings of TLS, and read them. */
final class TlsSettings {
    static final SettingKey<Optional<String>> CERTIFICATE = SettingKey.optionalText(
            "tls-certificate",
            "A PEM file with the server's certificate, followed by those of the authorities between it and the root;"
                    + " with it the server speaks TLS alone. Read again when it changes.");
    static final SettingKey<Optional<String>> KEY = SettingKey.optionalText(
            "tls-key",
            "A PEM file with the certificate's private key: RSA or EC, PKCS #8, not encrypted. Read again when it"
                    + " changes.");
    static final SettingKey<Optional<String>> CLIENT_CA = SettingKey.optionalText(
            "tls-client-ca",
            "A PEM file with the authorities whose certificates clients show (mutual TLS): where no token is set, who"
                    + " shows one may see and do everything. Read again when it changes.");
    static final SettingKey<ClientCertificates> CLIENT_AUTH = SettingKey.parsed(
            "tls-client-auth",
            "required or optional",
            "required",
            "Whether a client must show a certificate where tls-client-ca is set; with optional, one without gets status"
                    + " and metrics, as the probes of Kubernetes need it.",
            ClientCertificates::parse);

    static final List<SettingKey<?>> ALL = List.of(CERTIFICATE, KEY, CLIENT_CA, CLIENT_AUTH);

    private TlsSettings() {}

    /**
     * Read the files that are named; empty when none is.
     *
     * @throws StartRefusedException {@code TASKER-H113} when a file cannot be used or a setting stands alone
     */
    static Optional<ServerTls> read(Settings settings) {
        Optional<PemFile> certificate = file(settings, CERTIFICATE);
        Optional<PemFile> key = file(settings, KEY);
        Optional<PemFile> authorities = file(settings, CLIENT_CA);
        if (certificate.isPresent() && key.isPresent()) {
            TlsFiles files = new TlsFiles(Optional.of(new TlsIdentity(certificate.get(), key.get())), authorities);
            return Optional.of(new ServerTls(files, settings.get(CLIENT_AUTH)));
        }
        if (certificate.isPresent() || key.isPresent() || authorities.isPresent()) {
            String set = authorities
                    .or(() -> certificate)
                    .or(() -> key)
                    .orElseThrow()
                    .origin();
            throw new StartRefusedException(
                    "TASKER-H113",
                    set + " is set, and without a certificate and its key there is no TLS; set"
                            + " observability.tls-certificate and observability.tls-key, or neither");
        }
        return Optional.empty();
    }

    private static Optional<PemFile> file(Settings settings, SettingKey<Optional<String>> setting) {
        String origin = "observability." + setting.name();
        return settings.get(setting).map(text -> {
            try {
                return new PemFile(origin, Path.of(text));
            } catch (InvalidPathException ignored) {
                throw new StartRefusedException("TASKER-H113", origin + " is '" + text + "', which is no path");
            }
        });
    }
}
