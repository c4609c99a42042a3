package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;

/** Sign jars with the real tools, and let a worker accept or refuse them. */
class PluginVerificationTests {
    @TempDir
    static Path keys;

    private static Signing signing;
    private static Path trusted;

    @TempDir
    Path root;

    private PluginBench bench;
    private Path jar;

    @BeforeAll
    static void makeKeys() throws Exception {
        signing = new Signing(keys);
        signing.key("authority", "-ext", "bc:c");
        signing.key("vendor");
        signing.issue("authority", "vendor");
        signing.key("friend");
        signing.key("stranger");
        signing.key("late", "-startdate", "-20d", "-validity", "10");
        trusted = signing.trust("authority", "friend", "late");
    }

    @BeforeEach
    void prepare() {
        bench = new PluginBench(root);
        jar = bench.plugin("geo", "");
    }

    @AfterEach
    void deleteCopies() {
        bench.close();
    }

    @Test
    void aSignatureOfOneWhoIsTrustedOrWasIssuedByOneWhoIsWillDo() throws Exception {
        signing.sign(jar, "vendor");
        signing.sign(bench.plugin("other", ""), "friend");

        assertThat(bench.handlers(bench.load(verification()))).containsExactlyInAnyOrder("geo", "other");
    }

    @Test
    void oneOfSeveralSignaturesIsEnough() throws Exception {
        signing.sign(jar, "stranger");
        signing.sign(jar, "friend");

        assertThat(bench.handlers(bench.load(verification()))).containsExactly("geo");
    }

    @Test
    void aJarThatIsNotSignedIsRefused() {
        assertThat(refusal()).startsWith("TASKER-P121").contains("geo.jar", "plugins.trust-store");
    }

    @Test
    void everyJarOfAFolderMustBeSigned() throws Exception {
        signing.sign(jar, "friend");
        Path folder = Files.createDirectory(bench.folder.resolve("geo"));
        Files.move(jar, folder.resolve("geo.jar"));
        bench.plugin(folder.resolve("library.jar"), "library", "", "");

        assertThat(refusal()).startsWith("TASKER-P121").contains("library.jar");
    }

    @Test
    void anEntryThatWasAddedIsNamed() throws Exception {
        signing.sign(jar, "friend");
        change("geo/Added.class", "more");

        assertThat(refusal()).startsWith("TASKER-P121").contains("geo/Added.class is not signed");
    }

    @Test
    void anEntryThatWasChangedIsNamed() throws Exception {
        signing.sign(jar, "friend");
        change("geo/Handler.class", "other");

        assertThat(refusal())
                .startsWith("TASKER-P122")
                .contains("geo/Handler.class", "changed after it was signed", "get the original");
    }

    @Test
    void anEntryThatWasTakenOutIsNamed() throws Exception {
        change("geo/extra.txt", "some");
        signing.sign(jar, "friend");
        change("geo/extra.txt", "");

        assertThat(refusal()).startsWith("TASKER-P122").contains("geo/extra.txt is gone");
    }

    @Test
    void aSignerWhoIsNotKnownIsNamedWithWhatToDo() throws Exception {
        signing.sign(jar, "stranger");

        assertThat(refusal()).startsWith("TASKER-P123").contains("'CN=stranger'", trusted.toString(), "keytool");
    }

    @Test
    void aCertificateThatHasExpiredIsTold() throws Exception {
        signing.sign(jar, "late");

        assertThat(refusal()).startsWith("TASKER-P124").contains("'CN=late'", "not valid now");
    }

    @Test
    void onlyJarsOfTheListAreAllowedAndTheMissingDigestIsTold() throws IOException {
        String digest = bench.load().plugins().getFirst().description().sha256();
        bench.plugin("other", "");
        Path list = Files.writeString(root.resolve("allowed"), "# reviewed\n" + digest + "  geo.jar\n");

        LoadedPlugins loaded =
                bench.load(new PluginVerification(Optional.empty(), Optional.of(AllowedJars.read(list.toString()))));

        assertThat(bench.handlers(loaded)).containsExactly("geo");
        Refusal refusal = PluginBench.refusal(loaded, "other");
        assertThat(refusal.code()).isEqualTo("TASKER-P125");
        assertThat(refusal.cause())
                .contains(loaded.refused().getFirst().described().orElseThrow().sha256());
    }

    @Test
    void theSettingsAreReadAndWhatIsWrongWithThemStopsTheWorker() throws Exception {
        Path password = Files.writeString(root.resolve("password"), Signing.PASSWORD + "\n");
        signing.sign(jar, "friend");

        assertThat(bench.handlers(bench.load(settings("trust-store", trusted, "trust-store-password-file", password))))
                .containsExactly("geo");
        Path wrong = Files.writeString(root.resolve("wrong"), "wrong\n");
        assertRefused(() -> settings("trust-store", trusted, "trust-store-password-file", wrong), "cannot be read");
        assertRefused(() -> settings("trust-store", root.resolve("none"), "trust-store-password-file", wrong), "none");
        assertRefused(() -> settings("allowed-sha256", "no-such-file", "directory", root), "'no-such-file'");
    }

    private static void assertRefused(ThrowingCallable call, String says) {
        assertThatThrownBy(call)
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-P126")
                .hasMessageContaining(says);
    }

    private static PluginVerification settings(String key, Object value, String other, Object second) {
        return PluginSettings.verification(Configuration.builder()
                .flag("plugins." + key, value.toString(), "--set")
                .flag("plugins." + other, second.toString(), "--set")
                .build()
                .section(PluginSettings.SECTION));
    }

    private static PluginVerification verification() {
        return new PluginVerification(
                Optional.of(new TrustedSigners(TrustStore.read(trusted, Optional.of(Signing.PASSWORD)))),
                Optional.empty());
    }

    private String refusal() {
        return PluginBench.refusal(bench.load(verification()), "geo").message();
    }

    /** Change one entry of the jar; without a text, take it out. */
    private void change(String entry, String text) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            if (text.isEmpty()) {
                Files.delete(zip.getPath(entry));
            } else {
                Files.writeString(zip.getPath(entry), text);
            }
        }
    }
}
