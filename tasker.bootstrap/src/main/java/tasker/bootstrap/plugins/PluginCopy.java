package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Hold the private copies of one plugin's jars, and what was found out while they were copied.
 *
 * @param folder holds the copies and nothing else
 * @param jars each jar, in the order of their names
 */
record PluginCopy(Path folder, List<PluginCopy.Jar> jars) implements AutoCloseable {
    /**
     * Hold one jar.
     *
     * @param original where it lies in the plugin folder, absolute
     * @param copy the private copy, of the same name
     * @param bytes its size
     * @param sha256 the digest of the bytes that were copied
     */
    record Jar(Path original, Path copy, long bytes, String sha256) {
        String file() {
            return String.valueOf(original.getFileName());
        }
    }

    PluginCopy {
        jars = List.copyOf(jars);
    }

    /**
     * Copy these jars into an empty folder, and take the digest of the very bytes that will be loaded.
     *
     * @throws RefusedException {@code TASKER-P110} when a jar changes meanwhile
     */
    static PluginCopy of(String plugin, List<Path> originals, Path folder) throws IOException {
        List<Jar> jars = new ArrayList<>();
        for (Path original : originals) {
            Path copy = folder.resolve(String.valueOf(original.getFileName()));
            BasicFileAttributes before = Files.readAttributes(original, BasicFileAttributes.class);
            String sha256 = copy(original, copy);
            BasicFileAttributes after = Files.readAttributes(original, BasicFileAttributes.class);
            boolean changed = before.size() != after.size()
                    || after.size() != Files.size(copy)
                    || !before.lastModifiedTime().equals(after.lastModifiedTime());
            if (changed) {
                throw new RefusedException(
                        "TASKER-P110",
                        "plugin '" + plugin + "' holds " + original.getFileName()
                                + ", which was still being written when it was read",
                        "put it there under another name, and rename it once it is complete");
            }
            jars.add(new Jar(original.toAbsolutePath().normalize(), copy, after.size(), sha256));
        }
        return new PluginCopy(folder, jars);
    }

    /** Of one jar its own digest, else that of the list of all, as {@code sha256sum} prints it. */
    String sha256(boolean isFolder) {
        if (!isFolder && jars.size() == 1) {
            return jars.getFirst().sha256();
        }
        MessageDigest digest = digest();
        for (Jar jar : jars) {
            String line = jar.sha256() + "  " + jar.file() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Delete the copies. */
    @Override
    public void close() {
        Folders.deleteQuietly(folder);
    }

    private static String copy(Path from, Path to) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = Files.newOutputStream(to)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
