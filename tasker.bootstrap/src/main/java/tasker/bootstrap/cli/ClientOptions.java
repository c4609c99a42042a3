package tasker.bootstrap.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.WorkerClient;
import tasker.events.api.TaskerException;
import tasker.nativecore.tls.PemException;
import tasker.nativecore.tls.PemFile;
import tasker.nativecore.tls.TlsFiles;
import tasker.nativecore.tls.TlsIdentity;

/** Hold the options that say which running worker is asked. */
final class ClientOptions {
    private static final String URL_VARIABLE = "TASKER_URL";
    private static final String AUTHORITY_VARIABLE = "TASKER_CACERT";
    private static final String CERTIFICATE_VARIABLE = "TASKER_CERT";
    private static final String KEY_VARIABLE = "TASKER_KEY";

    /** The variables that are named like settings, and are none. */
    static final List<String> VARIABLES = List.of(URL_VARIABLE, AUTHORITY_VARIABLE, CERTIFICATE_VARIABLE, KEY_VARIABLE);

    private static final String STANDARD_URL = "http://127.0.0.1:8081";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The running worker; by default $TASKER_URL, else " + STANDARD_URL + ".")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "What the worker wants to be shown; by default $TASKER_OBSERVABILITY_TOKEN.")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "The authorities (PEM) that the worker's certificate is checked against, where its address is"
                    + " https; by default $TASKER_CACERT, else those of the Java runtime.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "The certificate (PEM) to show to a worker that wants one; by default $TASKER_CERT.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its private key (PEM, PKCS #8, not encrypted); by default $TASKER_KEY, else it is in the"
                    + " file of the certificate.")
    private Optional<Path> key = Optional.empty();

    /** Whether a running worker was named on the command line. */
    boolean isGiven() {
        return url.isPresent();
    }

    WorkerClient client(CliContext context) {
        Map<String, String> environment = context.environment();
        String text = url.or(() -> present(environment.get(URL_VARIABLE))).orElse(STANDARD_URL);
        return new WorkerClient(
                parse(text),
                token.or(() -> present(environment.get("TASKER_OBSERVABILITY_TOKEN"))),
                tls(context).map(ClientOptions::read));
    }

    private Optional<TlsFiles> tls(CliContext context) {
        Optional<PemFile> trusted = file(context, "--cacert", authorities, AUTHORITY_VARIABLE);
        Optional<PemFile> own = file(context, "--cert", certificate, CERTIFICATE_VARIABLE);
        Optional<PemFile> secret = file(context, "--key", key, KEY_VARIABLE).or(() -> own);
        if (own.isEmpty() && secret.isPresent()) {
            throw new TaskerException("TASKER-L103", "--key is given without --cert; add the certificate's file");
        }
        Optional<TlsIdentity> identity = own.map(shown -> new TlsIdentity(shown, secret.orElse(shown)));
        return Optional.of(new TlsFiles(identity, trusted))
                .filter(files -> identity.isPresent() || trusted.isPresent());
    }

    private static Optional<PemFile> file(CliContext context, String option, Optional<Path> given, String variable) {
        try {
            return given.or(() -> present(context.environment().get(variable)).map(Path::of))
                    .map(path -> new PemFile(option, context.directory().resolve(path)));
        } catch (InvalidPathException e) {
            throw new TaskerException("TASKER-L103", variable + " is '" + e.getInput() + "', which is no path");
        }
    }

    private static SSLSocketFactory read(TlsFiles files) {
        try {
            return files.read().getSocketFactory();
        } catch (PemException e) {
            throw new TaskerException("TASKER-L103", String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<String> present(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank());
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException ignored) {
            // Reported below, with an example.
        }
        throw new TaskerException(
                "TASKER-L103", "'" + text + "' is no address of a worker; write one such as " + STANDARD_URL);
    }
}
