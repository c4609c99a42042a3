package tasker.nativecore.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Name the files by which one side of a connection shows who it is. Immutable.
 *
 * @param certificate its certificate, followed by those that lead to the authority, where there are any
 * @param key the private key of that certificate
 */
public record TlsIdentity(PemFile certificate, PemFile key) {
    private static final byte[] SAMPLE = {1, 2, 3};

    /** Read both files, and check that they belong together. */
    KeyManager[] keyManagers() throws PemException, GeneralSecurityException, IOException {
        List<X509Certificate> chain = certificate.certificates();
        PrivateKey secret = key.privateKey();
        if (!belongTogether(secret, chain.getFirst().getPublicKey())) {
            throw new PemException(
                    key, "holds another key than that of the first certificate in '" + certificate.path() + "'");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try {
            store.setKeyEntry("own", secret, new char[0], chain.toArray(Certificate[]::new));
        } catch (GeneralSecurityException ignored) {
            throw new PemException(
                    certificate,
                    "holds certificates that are no chain; put each one before that of the authority which signed it");
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static boolean belongTogether(PrivateKey secret, PublicKey open) {
        try {
            Signature signature = Signature.getInstance(secret instanceof ECKey ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(secret);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException ignored) {
            // The one is RSA and the other EC.
            return false;
        }
    }
}
