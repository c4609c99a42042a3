import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpack the PostgreSQL binaries, with their permissions and symbolic links, without what only a compiler needs.
 *
 * <p>Run by Maven in source mode. Arguments: the {@code .txz} file, the folder to make, the version to write into its
 * file {@code VERSION}, which is written last: where it stands, the folder is complete.
 */
public final class UnpackPostgres {
    /** Static libraries, headers, the build system of extensions, the C preprocessor's libraries, link-time names. */
    private static final Pattern NOT_NEEDED_TO_RUN = Pattern.compile("include/.*|lib/[^/]*\\.a|lib/pkgconfig/.*"
            + "|lib/postgresql/pgxs/.*|lib/lib(ecpg|pgtypes)[^/]*|lib/[^/]*\\.so|share/(doc|man|locale)/.*");

    private final Path folder;
    private final boolean posix;

    private UnpackPostgres(Path folder) {
        this.folder = folder;
        this.posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Unpack, or end with an error that fails the build. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[1]).toAbsolutePath().normalize();
        delete(folder);
        Files.createDirectories(folder);
        try (InputStream file = new BufferedInputStream(Files.newInputStream(Path.of(args[0])), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(file))) {
            new UnpackPostgres(folder).unpack(tar);
        }
        Files.writeString(folder.resolve("VERSION"), args[2] + "\n");
    }

    private void unpack(TarArchiveInputStream tar) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path target = folder.resolve(entry.getName()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("the archive's entry " + entry.getName() + " lies outside of it");
            }
            String name = folder.relativize(target).toString().replace('\\', '/');
            if (entry.isDirectory() || NOT_NEEDED_TO_RUN.matcher(name).matches()) {
                continue;
            }
            Files.createDirectories(target.getParent());
            if (entry.isSymbolicLink()) {
                link(target, entry.getLinkName());
            } else {
                Files.copy(tar, target);
                permit(target, entry.getMode());
            }
        }
    }

    private void link(Path target, String name) throws IOException {
        try {
            Files.createSymbolicLink(target, Path.of(name));
        } catch (UnsupportedOperationException | IOException e) {
            if (posix) {
                throw e;
            }
            // A system without links cannot run these binaries either; the plugin says so when it is started.
            Files.writeString(target, name);
        }
    }

    private void permit(Path file, int mode) throws IOException {
        if (posix) {
            Set<PosixFilePermission> permissions =
                    PosixFilePermissions.fromString((mode & 0100) == 0 ? "rw-r--r--" : "rwxr-xr-x");
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
