package tasker.observability.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.SocketFactory;
import tasker.nativecore.json.Json;

/**
 * Hold what a server answered over a socket of its own, with full say over every header of the request.
 *
 * @param status the code
 * @param headers by their names in lower case
 * @param body the text
 */
record HttpReply(int status, Map<String, String> headers, String body) {
    static HttpReply get(URI server, String target, String... headers) throws IOException {
        return ask(server, "GET", target, "", headers);
    }

    static HttpReply post(URI server, String target, String body, String... headers) throws IOException {
        return ask(server, "POST", target, body, headers);
    }

    /** Send one request; a header {@code Host} is added unless one is given. */
    static HttpReply ask(URI server, String method, String target, String body, String... headers) throws IOException {
        return ask(SocketFactory.getDefault(), server, method, target, body, headers);
    }

    /** Get over sockets of another kind, such as one for TLS. */
    static HttpReply get(SocketFactory sockets, URI server, String target, String... headers) throws IOException {
        return ask(sockets, server, "GET", target, "", headers);
    }

    /** Send one request over sockets of another kind. */
    static HttpReply ask(
            SocketFactory sockets, URI server, String method, String target, String body, String... headers)
            throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n");
        boolean host = false;
        for (String header : headers) {
            head.append(header).append("\r\n");
            host |= header.startsWith("Host:");
        }
        if (!host) {
            head.append("Host: ").append(server.getAuthority()).append("\r\n");
        }
        if (content.length > 0) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        head.append("\r\n");
        try (Socket socket = sockets.createSocket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(content);
            return read(socket.getInputStream());
        }
    }

    Map<String, Object> json() {
        return Map.copyOf(Json.object(body));
    }

    /** The code of the error in the body. */
    String code() {
        return json().get("error") instanceof Map<?, ?> error ? String.valueOf(error.get("code")) : "none";
    }

    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    private static HttpReply read(InputStream in) throws IOException {
        String statusLine = line(in);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new HttpReply(Integer.parseInt(statusLine.split(" ", -1)[1]), headers, body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server hung up after '" + line + "'");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
