package tasker.nativecore.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name a file of certificates or of a private key in PEM, the textual encoding of RFC 7468. Immutable.
 *
 * @param origin the setting or option that named it, for errors
 * @param path the file
 */
public record PemFile(String origin, Path path) {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** The kinds of keys that TLS knows; which one a file holds is found by trying, as PEM does not tell. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC");

    private static final String CONVERT = "; convert it with 'openssl pkcs8 -topk8 -nocrypt'";

    /**
     * Read every certificate in the file, in its order.
     *
     * @throws PemException when the file cannot be read, or one in it is malformed, or there is none
     */
    public List<X509Certificate> certificates() throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(block));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException(this, "holds no certificate: no line says '-----BEGIN CERTIFICATE-----'");
        }
        return List.copyOf(certificates);
    }

    /**
     * Read the first private key in the file: RSA or EC, in PKCS #8, not encrypted.
     *
     * @throws PemException when the file cannot be read, or holds no such key
     */
    public PrivateKey privateKey() throws PemException {
        for (Block block : blocks()) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return privateKey(block);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new PemException(
                            this, "holds a key that is encrypted, and there is nobody to type its password" + CONVERT);
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                    throw new PemException(
                            this,
                            "holds a key in an older form ('" + block.label() + "' instead of PKCS #8)" + CONVERT);
                default -> {
                    // A certificate may stand in the same file, or the parameters of a curve.
                }
            }
        }
        throw new PemException(this, "holds no private key: no line says '-----BEGIN PRIVATE KEY-----'");
    }

    /** What changes when the file does; it follows links, as those of a Kubernetes Secret, which are replaced. */
    public String fingerprint() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + ' ' + attributes.fileKey();
        } catch (IOException ignored) {
            // Whoever reads it is told why.
            return "not there";
        }
    }

    private X509Certificate certificate(Block block) throws PemException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new PemException(this, "holds a certificate that is malformed (" + e.getMessage() + ")");
        }
    }

    private PrivateKey privateKey(Block block) throws PemException {
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(block.bytes());
        } catch (IllegalArgumentException ignored) {
            // What the decoder says would show a part of the key.
            throw new PemException(this, "holds a key that is malformed: it is not Base64");
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException ignored) {
                // Another kind, or none at all, as is said when none is left.
            }
        }
        throw new PemException(this, "holds a key that is malformed, or neither RSA nor EC");
    }

    private List<Block> blocks() throws PemException {
        String text;
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new PemException(this, "is larger than " + MAX_BYTES + " bytes");
            }
            text = Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new PemException(
                    this,
                    "cannot be read (" + e.getClass().getSimpleName()
                            + "); name one that exists and that this account may read");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private record Block(String label, String base64) {
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }
}
