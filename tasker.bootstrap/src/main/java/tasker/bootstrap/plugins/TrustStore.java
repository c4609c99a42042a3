package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tasker.events.api.TaskerException;

/** Hold the certificates whose signatures, or whose issues' signatures, are trusted; safe for use by many threads. */
final class TrustStore {
    private static final String SETTING = "plugins.trust-store";

    private final String source;
    private final Set<X509Certificate> certificates;

    private TrustStore(String source, Set<X509Certificate> certificates) {
        this.source = source;
        this.certificates = Set.copyOf(certificates);
    }

    /**
     * Read the certificates of a PKCS12 key store.
     *
     * @throws TaskerException {@code TASKER-P126} when it cannot be read, or holds none
     */
    static TrustStore read(Path file, Optional<String> password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.map(String::toCharArray).orElse(null));
            Set<X509Certificate> certificates = new HashSet<>();
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.getCertificate(alias) instanceof X509Certificate certificate) {
                    certificates.add(certificate);
                }
            }
            if (certificates.isEmpty()) {
                throw unreadable(file, "holds no certificate that can be read with the password that is set");
            }
            return new TrustStore(file.toString(), certificates);
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, "cannot be read (" + e + ")");
        }
    }

    /**
     * Say whether a signature can be trusted.
     *
     * @param trust what was found out
     * @param signer the name of the signer
     * @param detail why it is not trusted
     * @param source the store that was asked
     */
    record Verdict(Trust trust, String signer, String detail, String source) {
        boolean isTrusted() {
            return trust == Trust.TRUSTED;
        }

        /** Say why a jar with this signature alone is not loaded. */
        RefusedException refusal(String plugin, PluginCopy.Jar jar) {
            String who = "plugin '" + plugin + "' holds " + jar.file() + ", signed by '" + signer + "', ";
            return trust == Trust.NOT_VALID_NOW
                    ? new RefusedException(
                            "TASKER-P124",
                            who + "with a certificate that is not valid now: " + detail,
                            "have it signed again with a valid certificate, or check this machine's clock")
                    : new RefusedException(
                            "TASKER-P123",
                            who + "whom " + source + " does not know: " + detail,
                            "if you trust that signer, add the certificate with keytool -importcert -keystore "
                                    + source);
        }
    }

    /** Tell kinds of trust apart. */
    enum Trust {
        /** The certificate, or one that issued it, is in the store, and all are valid. */
        TRUSTED,
        /** It would be trusted at another time. */
        NOT_VALID_NOW,
        /** Neither it nor any issuer of it is in the store. */
        UNKNOWN
    }

    /** Judge the certificates of a signer. */
    Verdict judge(CertPath path) {
        List<X509Certificate> chain = new ArrayList<>();
        path.getCertificates().forEach(certificate -> chain.add((X509Certificate) certificate));
        String signer = chain.getFirst().getSubjectX500Principal().getName();
        try {
            // What is trusted by itself ends the chain; who issued it does not matter any more.
            int known = firstKnown(chain);
            for (X509Certificate certificate : chain.subList(0, known < 0 ? chain.size() : known + 1)) {
                certificate.checkValidity();
            }
            if (known != 0) {
                validate(chain.subList(0, known < 0 ? chain.size() : known));
            }
            return new Verdict(Trust.TRUSTED, signer, "", source);
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            return new Verdict(Trust.NOT_VALID_NOW, signer, String.valueOf(e.getMessage()), source);
        } catch (GeneralSecurityException e) {
            Throwable reason = e instanceof CertPathValidatorException && e.getCause() != null ? e.getCause() : e;
            boolean time =
                    reason instanceof CertificateExpiredException || reason instanceof CertificateNotYetValidException;
            return new Verdict(
                    time ? Trust.NOT_VALID_NOW : Trust.UNKNOWN, signer, String.valueOf(reason.getMessage()), source);
        }
    }

    private int firstKnown(List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (certificates.contains(chain.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private void validate(List<X509Certificate> chain) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        certificates.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
        PKIXParameters parameters = new PKIXParameters(anchors);
        // Asking for revocations needs the network, which a worker that starts may not have.
        parameters.setRevocationEnabled(false);
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static TaskerException unreadable(Path file, String problem) {
        return new TaskerException(
                "TASKER-P126",
                "the key store '" + file + "' of '" + SETTING + "' " + problem
                        + "; name a PKCS12 key store, and its password with '" + SETTING + "-password-file'");
    }
}
