package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Read all of a jar, as this release of Java would: what is damaged in the middle, or too new, shows otherwise only
 * when it is used.
 */
final class JarScan {
    private static final Set<String> ENDINGS =
            Set.of("java/lang/System.exit", "java/lang/Runtime.exit", "java/lang/Runtime.halt");

    private JarScan() {}

    /**
     * Read every entry, and look into every class.
     *
     * @return what a person should know, such as classes that call {@code System.exit}
     * @throws RefusedException {@code TASKER-P110} or {@code TASKER-P105}
     */
    static List<String> notes(String plugin, PluginCopy.Jar jar) throws IOException {
        List<String> notes = new ArrayList<>();
        try (JarFile file = new JarFile(jar.copy().toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            for (JarEntry entry : (Iterable<JarEntry>) file.versionedStream()::iterator) {
                if (!entry.isDirectory()) {
                    byte[] bytes;
                    try (InputStream in = file.getInputStream(entry)) {
                        bytes = in.readAllBytes();
                    }
                    if (entry.getName().endsWith(".class")) {
                        note(plugin, jar, entry.getName(), bytes).ifPresent(notes::add);
                    }
                }
            }
        } catch (ZipException e) {
            throw new RefusedException(
                    "TASKER-P110",
                    "plugin '" + plugin + "' holds " + jar.file() + ", which is damaged (" + e.getMessage() + ")",
                    "build or copy it again",
                    e);
        }
        return notes;
    }

    private static Optional<String> note(String plugin, PluginCopy.Jar jar, String entry, byte[] bytes) {
        String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
        int java = ClassFiles.javaVersion(bytes);
        if (java > Runtime.version().feature()) {
            throw ClassFiles.tooNew(plugin, "class " + name + " in " + jar.file(), java);
        }
        try {
            return callOfExit(ClassFile.of().parse(bytes))
                    .map(call ->
                            "class " + name + " in " + jar.file() + " calls " + call + ", which would end the worker");
        } catch (IllegalArgumentException e) {
            return Optional.of("class " + name + " in " + jar.file() + " is malformed: " + e.getMessage());
        }
    }

    private static Optional<String> callOfExit(ClassModel type) {
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof MethodRefEntry method) {
                String owner = method.owner().asInternalName();
                String name = method.name().stringValue();
                if (ENDINGS.contains(owner + "." + name)) {
                    return Optional.of(owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
                }
            }
        }
        return Optional.empty();
    }
}
