import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Bring the class files of old Java in the libraries up to date.
 *
 * <p>The AOT cache takes no class whose file is older than Java 6 (picocli's are of Java 5), so that each start would
 * parse and verify them again. What such a class does is not changed: it gets a newer version and the stack maps which
 * that asks for.
 */
final class OldClassFiles {
    private static final int OLDEST = ClassFile.JAVA_6_VERSION;
    private static final int WANTED = ClassFile.JAVA_8_VERSION;

    /** Where a class file says it (Java Virtual Machine Specification, 4.1). */
    private static final int MAJOR_VERSION = 6;

    private OldClassFiles() {}

    /** Write the jars of this module path that need it into a folder, and put that before the path. */
    static String renew(String modulePath, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String place : modulePath.split(System.getProperty("path.separator"))) {
            for (Path jar : jars(Path.of(place))) {
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    if (zip.stream().anyMatch(entry -> isOld(zip, entry))) {
                        renew(zip, folder.resolve(jar.getFileName()));
                    }
                }
            }
        }
        return folder + System.getProperty("path.separator") + modulePath;
    }

    private static List<Path> jars(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (var files = Files.list(place)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static void renew(ZipFile from, Path to) throws IOException {
        ClassFile classFile = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                // With the pool of the old file a method's code would be copied as it is, without a stack map.
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> open(from, type))
                                .orElse(ClassHierarchyResolver.defaultResolver())));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to))) {
            for (ZipEntry entry : from.stream().toList()) {
                zip.putNextEntry(new ZipEntry(entry.getName()));
                byte[] bytes = read(from, entry);
                zip.write(isOld(from, entry) ? renew(classFile, bytes) : bytes);
            }
        }
    }

    private static byte[] renew(ClassFile classFile, byte[] bytes) {
        return classFile.transformClass(classFile.parse(bytes), (builder, element) -> builder.with(newer(element)));
    }

    private static ClassElement newer(ClassElement element) {
        return element instanceof ClassFileVersion ? ClassFileVersion.of(WANTED, 0) : element;
    }

    private static InputStream open(ZipFile zip, ClassDesc type) {
        String name = type.descriptorString();
        ZipEntry entry = zip.getEntry(name.substring(1, name.length() - 1) + ".class");
        return entry == null ? null : new ByteArrayInputStream(read(zip, entry));
    }

    private static boolean isOld(ZipFile zip, ZipEntry entry) {
        if (!entry.getName().endsWith(".class")) {
            return false;
        }
        return ByteBuffer.wrap(read(zip, entry)).getShort(MAJOR_VERSION) < OLDEST;
    }

    private static byte[] read(ZipFile zip, ZipEntry entry) {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
