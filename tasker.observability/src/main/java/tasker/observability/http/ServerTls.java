package tasker.observability.http;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import java.security.Provider;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import tasker.events.api.StartRefusedException;
import tasker.nativecore.tls.PemException;
import tasker.nativecore.tls.TlsFiles;

/** Encrypt the server's connections, and ask clients for certificates where an authority for them is known. */
final class ServerTls {
    private final ReadAnew contexts;
    private final Optional<ClientCertificates> asked;

    /**
     * Read the files.
     *
     * @throws StartRefusedException {@code TASKER-H113} when one of them cannot be used
     */
    ServerTls(TlsFiles files, ClientCertificates asked) {
        try {
            contexts = new ReadAnew(files);
        } catch (PemException e) {
            throw new StartRefusedException("TASKER-H113", String.valueOf(e.getMessage()));
        }
        this.asked = files.authorities().map(known -> asked);
    }

    /** Whether clients can show certificates. */
    boolean knowsClients() {
        return asked.isPresent();
    }

    /** What the JDK's server wants to be told. */
    HttpsConfigurator configurator() {
        return new HttpsConfigurator(new Context(contexts, contexts.current().getProvider())) {
            @Override
            public void configure(HttpsParameters connection) {
                SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
                asked.ifPresent(what -> {
                    // The one setting takes the other back, so only one may be made.
                    if (what == ClientCertificates.REQUIRED) {
                        parameters.setNeedClientAuth(true);
                    } else {
                        parameters.setWantClientAuth(true);
                    }
                });
                connection.setSSLParameters(parameters);
            }
        };
    }

    /** The JDK's server takes a context once, before it starts. */
    private static final class Context extends SSLContext {
        Context(ReadAnew contexts, Provider provider) {
            super(contexts, provider, "TLS");
        }
    }
}
