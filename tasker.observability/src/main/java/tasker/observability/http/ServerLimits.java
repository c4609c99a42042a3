package tasker.observability.http;

import java.util.Map;

/**
 * Bound what clients can take from the JDK's server, which reads its limits once, from system properties, when it is
 * first used.
 *
 * <p>They hold for every server of this kind in the process; a property that is already set stays as it is.
 */
final class ServerLimits {
    private static final Map<String, String> PROPERTIES = Map.of(
            // Seconds for a request to arrive as a whole.
            "sun.net.httpserver.maxReqTime", "30",
            // Seconds that a connection may stay open between requests.
            "sun.net.httpserver.idleInterval", "30",
            "sun.net.httpserver.maxReqHeaders", "100",
            // Bytes of all headers together.
            "sun.net.httpserver.maxReqHeaderSize", "32768",
            "jdk.httpserver.maxConnections", "1024",
            // Without it a second small answer on a connection waits for the client's delayed acknowledgement.
            "sun.net.httpserver.nodelay", "true");

    private ServerLimits() {}

    /** Set what is not set; has an effect before the first server only. */
    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
