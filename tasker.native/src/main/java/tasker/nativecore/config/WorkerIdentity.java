package tasker.nativecore.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Name this process among the workers of several hosts. */
final class WorkerIdentity {
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private WorkerIdentity() {}

    /** The host's name and the process id, such as {@code web-3-4711}; the same at each call. */
    static String ofThisProcess() {
        return Holder.NAME;
    }

    /** Asked for only when no name is configured. */
    private static final class Holder {
        static final String NAME = hostName() + '-' + ProcessHandle.current().pid();

        /** The kernel is asked first: the resolver behind {@link InetAddress} may wait for a name server. */
        private static String hostName() {
            try {
                String name = Files.readString(KERNEL_HOST_NAME).strip();
                if (!name.isEmpty()) {
                    return name;
                }
            } catch (IOException ignored) {
                // Not Linux.
            }
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException ignored) {
                return "localhost";
            }
        }
    }
}
