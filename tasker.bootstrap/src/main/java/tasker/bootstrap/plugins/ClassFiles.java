package tasker.bootstrap.plugins;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tell which Java a class file was compiled for (Java Virtual Machine Specification, 4.1). */
final class ClassFiles {
    /** Major version 45 was Java 1, and each release since has added one. */
    private static final int BEFORE_JAVA_1 = 44;

    private ClassFiles() {}

    /** The release of Java that can load a class file, from its first bytes. */
    static int javaVersion(InputStream classFile) throws IOException {
        DataInputStream in = new DataInputStream(classFile);
        in.skipNBytes(6);
        return in.readUnsignedShort() - BEFORE_JAVA_1;
    }

    /** The same of a whole class file; 0 when it is none. */
    static int javaVersion(byte[] classFile) {
        return classFile.length < 8
                ? 0
                : (Byte.toUnsignedInt(classFile[6]) * 256) + Byte.toUnsignedInt(classFile[7]) - BEFORE_JAVA_1;
    }

    static RefusedException tooNew(String plugin, String what, int java) {
        int runtime = Runtime.version().feature();
        return new RefusedException(
                "TASKER-P105",
                "plugin '" + plugin + "' holds " + what + ", which was compiled for Java " + java
                        + ", and this runtime is Java " + runtime,
                "compile it with --release " + runtime);
    }
}
