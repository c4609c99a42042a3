package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Make keys, certificates and signatures with the tools of the JDK, each a process of its own. */
final class Signing {
    static final String PASSWORD = "changeit";

    private final Path folder;

    Signing(Path folder) {
        this.folder = folder;
    }

    /** A key store with one key, whose certificate is signed by itself; with more arguments of keytool. */
    Path key(String name, String... more) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
        arguments.addAll(List.of("-keyalg", "EC", "-storetype", "PKCS12", "-keystore", store.toString()));
        arguments.addAll(List.of("-storepass", PASSWORD));
        arguments.addAll(List.of(more));
        run("keytool", arguments);
        return store;
    }

    /** A trust store with the certificates of these keys. */
    Path trust(String... names) throws IOException, InterruptedException {
        Path store = folder.resolve(String.join("-", names) + "-trusted.p12");
        for (String name : names) {
            Path certificate = certificate(name);
            run(
                    "keytool",
                    List.of(
                            "-importcert",
                            "-noprompt",
                            "-alias",
                            name,
                            "-file",
                            certificate.toString(),
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD));
        }
        return store;
    }

    /** Let one key's certificate be issued by another, an authority. */
    void issue(String authority, String name) throws IOException, InterruptedException {
        Path request = folder.resolve(name + ".csr");
        Path issued = folder.resolve(name + "-issued.pem");
        run("keytool", store(name, "-certreq", "-alias", name, "-file", request.toString()));
        run(
                "keytool",
                store(
                        authority,
                        "-gencert",
                        "-alias",
                        authority,
                        "-infile",
                        request.toString(),
                        "-outfile",
                        issued.toString()));
        run(
                "keytool",
                store(
                        name,
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        authority,
                        "-file",
                        certificate(authority).toString()));
        run("keytool", store(name, "-importcert", "-noprompt", "-alias", name, "-file", issued.toString()));
    }

    /** Sign a jar in place. */
    void sign(Path jar, String name) throws IOException, InterruptedException {
        run(
                "jarsigner",
                List.of(
                        "-keystore",
                        folder.resolve(name + ".p12").toString(),
                        "-storepass",
                        PASSWORD,
                        jar.toString(),
                        name));
    }

    private Path certificate(String name) throws IOException, InterruptedException {
        Path file = folder.resolve(name + ".cer");
        run("keytool", store(name, "-exportcert", "-alias", name, "-file", file.toString()));
        return file;
    }

    private List<String> store(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-keystore", folder.resolve(name + ".p12").toString(), "-storepass", PASSWORD));
        return all;
    }

    private static void run(String tool, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        // Both tools start fastest with the simplest compiler.
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }
}
