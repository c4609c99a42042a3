package tasker.nativecore.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Name the files that one side of a connection over TLS reads. Immutable.
 *
 * @param identity by what it shows who it is; a client needs none where the server asks for none
 * @param authorities whom it believes; without them, those that the Java runtime comes with
 */
public record TlsFiles(Optional<TlsIdentity> identity, Optional<PemFile> authorities) {
    /**
     * Read the files.
     *
     * @throws PemException when one of them cannot be used
     */
    public SSLContext read() throws PemException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = identity.isPresent() ? identity.get().keyManagers() : new KeyManager[0];
            context.init(keys, authorities.isPresent() ? trustManagers(authorities.get()) : null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            PemFile file =
                    identity.map(TlsIdentity::certificate).or(() -> authorities).orElseThrow();
            throw new PemException(file, "cannot be used (" + e + ")");
        }
    }

    /** What changes when one of the files does. */
    public String fingerprint() {
        return Stream.concat(
                        identity.stream().flatMap(own -> Stream.of(own.certificate(), own.key())), authorities.stream())
                .map(PemFile::fingerprint)
                .collect(Collectors.joining(", "));
    }

    private static TrustManager[] trustManagers(PemFile file)
            throws PemException, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (X509Certificate authority : file.certificates()) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
