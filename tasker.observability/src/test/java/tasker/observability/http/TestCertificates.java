package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import tasker.nativecore.tls.PemException;
import tasker.nativecore.tls.PemFile;
import tasker.nativecore.tls.TlsFiles;
import tasker.nativecore.tls.TlsIdentity;

/** Make certificates and keys by the {@code keytool} of the JDK, and write them as PEM files into a folder. */
final class TestCertificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** Make an authority, which signs itself; its certificate is {@code <name>.crt}. */
    void authority(String name) throws Exception {
        make(name, List.of("-keyalg", "EC", "-groupname", "secp256r1", "-ext", "bc:c"));
    }

    /** Make a certificate for this machine, {@code <name>.crt} and {@code <name>.key}, which an authority signs. */
    void signed(String name, String authority, String algorithm) throws Exception {
        List<String> options = new ArrayList<>(List.of("-signer", authority, "-ext", "san=ip:127.0.0.1,dns:localhost"));
        options.addAll(
                algorithm.equals("EC")
                        ? List.of("-keyalg", "EC", "-groupname", "secp256r1")
                        : List.of("-keyalg", "RSA", "-keysize", "2048"));
        make(name, options);
    }

    String file(String name) {
        return folder.resolve(name).toString();
    }

    /** Connect as a client that believes an authority, and shows a certificate where one is named. */
    SSLSocketFactory client(String authority, Optional<String> own) throws PemException {
        Optional<TlsIdentity> identity = own.map(name -> new TlsIdentity(pem(name + ".crt"), pem(name + ".key")));
        return new TlsFiles(identity, Optional.of(pem(authority + ".crt")))
                .read()
                .getSocketFactory();
    }

    private PemFile pem(String name) {
        return new PemFile("the test", folder.resolve(name));
    }

    private void make(String name, List<String> options) throws Exception {
        Path keys = folder.resolve("keys.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                keys.toString(),
                "-storepass",
                new String(PASSWORD),
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-validity",
                "2"));
        command.addAll(options);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
        export(keys, name);
    }

    private void export(Path keys, String name) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain(name)) {
            chain.append(block("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(folder.resolve(name + ".crt"), chain);
        Files.writeString(
                folder.resolve(name + ".key"),
                block("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded()));
    }

    static String block(String label, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
