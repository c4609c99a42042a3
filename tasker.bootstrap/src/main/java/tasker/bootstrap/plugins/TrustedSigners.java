package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSigner;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Check that a jar is signed, in every entry, by someone who is trusted; safe for use by many threads.
 *
 * <p>The time that a time stamp claims counts for nothing: a certificate must be valid now.
 */
public final class TrustedSigners {
    /** What a signature itself is made of, and so cannot be signed by it (JAR file specification). */
    private static final Pattern SIGNATURE =
            Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]*)");

    private final TrustStore store;

    TrustedSigners(TrustStore store) {
        this.store = store;
    }

    /**
     * Read every entry of a jar, which verifies its digest, and look at who signed it.
     *
     * @throws RefusedException {@code TASKER-P121} to {@code TASKER-P124}
     */
    void check(String plugin, PluginCopy.Jar jar) throws IOException {
        try (JarFile file = new JarFile(jar.copy().toFile(), true)) {
            Manifest manifest = file.getManifest();
            Enumeration<JarEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !isSignature(entry.getName())) {
                    readToTheEnd(file, entry);
                    checkSigners(plugin, jar, entry);
                }
            }
            if (manifest == null) {
                throw unsigned(plugin, jar, "which is not signed");
            }
            checkNothingIsMissing(plugin, jar, file, manifest);
        } catch (SecurityException e) {
            throw changed(plugin, jar, "was changed after it was signed (" + e.getMessage() + ")");
        }
    }

    private void checkSigners(String plugin, PluginCopy.Jar jar, JarEntry entry) {
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null || signers.length == 0) {
            throw unsigned(plugin, jar, "of which " + entry.getName() + " is not signed");
        }
        List<TrustStore.Verdict> verdicts = Arrays.stream(signers)
                .map(CodeSigner::getSignerCertPath)
                .map(store::judge)
                .toList();
        if (verdicts.stream().noneMatch(TrustStore.Verdict::isTrusted)) {
            throw verdicts.getFirst().refusal(plugin, jar);
        }
    }

    /** An entry that is taken out of a jar leaves its signed digest behind in the manifest. */
    private static void checkNothingIsMissing(String plugin, PluginCopy.Jar jar, JarFile file, Manifest manifest) {
        for (String name : manifest.getEntries().keySet()) {
            if (file.getEntry(name) == null) {
                throw changed(plugin, jar, "was changed after it was signed: " + name + " is gone");
            }
        }
    }

    private static boolean isSignature(String entry) {
        return SIGNATURE.matcher(entry.toUpperCase(Locale.ROOT)).matches();
    }

    private static void readToTheEnd(JarFile file, JarEntry entry) throws IOException {
        byte[] buffer = new byte[1 << 14];
        try (InputStream in = file.getInputStream(entry)) {
            while (in.read(buffer) >= 0) {
                // The signers of an entry are known once all of it was read.
            }
        }
    }

    private static RefusedException unsigned(String plugin, PluginCopy.Jar jar, String what) {
        return new RefusedException(
                "TASKER-P121",
                "plugin '" + plugin + "' holds " + jar.file() + ", " + what
                        + ", and 'plugins.trust-store' demands a signature of everything",
                "sign it with jarsigner, or have it signed");
    }

    private static RefusedException changed(String plugin, PluginCopy.Jar jar, String what) {
        return new RefusedException(
                "TASKER-P122",
                "plugin '" + plugin + "' holds " + jar.file() + ", which " + what,
                "do not use it; get the original from whoever signed it");
    }
}
