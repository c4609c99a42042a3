package tasker.observability.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import tasker.events.api.StartRefusedException;
import tasker.events.api.TaskerException;

/**
 * Know where to listen, and refuse where that would show the worker to strangers.
 *
 * @param configured the address as it was configured, a name or a number
 * @param address what it stands for
 * @param port 0 for any that is free
 */
record ListenAddress(String configured, InetAddress address, int port) {
    private static final int DEFAULT_BACKLOG = 0;

    /**
     * Check where to listen.
     *
     * @param shareable whether others may reach the address: because they need a token or a certificate, or that is
     *     meant
     * @throws StartRefusedException {@code TASKER-H101} when others could reach the address and it is not shareable
     * @throws TaskerException {@code TASKER-H103} when nothing has that address
     */
    static ListenAddress of(String configured, int port, boolean shareable) {
        InetAddress address = resolve(configured.strip());
        if (!address.isLoopbackAddress() && !shareable) {
            throw new StartRefusedException(
                    "TASKER-H101",
                    "observability.address is '" + configured + "', which other machines can reach, and"
                            + " neither observability.token nor observability.tls-client-ca is set; set observability.token"
                            + " (TASKER_OBSERVABILITY_TOKEN), or have clients show certificates with"
                            + " observability.tls-client-ca, or set observability.address to 127.0.0.1, or, to show"
                            + " status and metrics to all who reach it, observability.allow-without-token to true");
        }
        return new ListenAddress(configured.strip(), address, port);
    }

    /**
     * Open the port.
     *
     * @throws TaskerException {@code TASKER-H102} when the port is in use, {@code TASKER-H103} when the system refuses
     *     the address or the port
     */
    HttpServer bind(Optional<ServerTls> tls) {
        try {
            InetSocketAddress socket = new InetSocketAddress(address, port);
            if (tls.isEmpty()) {
                return HttpServer.create(socket, DEFAULT_BACKLOG);
            }
            HttpsServer server = HttpsServer.create(socket, DEFAULT_BACKLOG);
            server.setHttpsConfigurator(tls.get().configurator());
            return server;
        } catch (BindException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw new TaskerException(
                        "TASKER-H102",
                        "port " + port + " of " + configured + " is in use by another program; set observability.port"
                                + " (TASKER_OBSERVABILITY_PORT) to a free one, or to 0 for any",
                        e);
            }
            throw cannotListen(e);
        } catch (IOException e) {
            throw cannotListen(e);
        }
    }

    /** Where a client on this machine reaches the server. */
    URI reachableAt(HttpServer server) {
        InetAddress host = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        String text = host.getHostAddress();
        int zone = text.indexOf('%');
        String literal = zone < 0 ? text : text.substring(0, zone);
        return URI.create((server instanceof HttpsServer ? "https://" : "http://")
                + (literal.indexOf(':') < 0 ? literal : '[' + literal + ']')
                + ':'
                + server.getAddress().getPort());
    }

    private TaskerException cannotListen(IOException e) {
        return new TaskerException(
                "TASKER-H103",
                "cannot listen on port " + port + " of '" + configured + "': " + e.getMessage()
                        + "; set observability.address to an address of this machine, and observability.port to a port"
                        + " that this account may use",
                e);
    }

    private static InetAddress resolve(String configured) {
        try {
            if (configured.isEmpty()) {
                throw new UnknownHostException("it is blank");
            }
            return InetAddress.getByName(configured);
        } catch (UnknownHostException e) {
            throw new TaskerException(
                    "TASKER-H103",
                    "observability.address is '" + configured + "', which stands for no address: " + e.getMessage()
                            + "; set it to 127.0.0.1 or to an address of this machine",
                    e);
        }
    }
}
