package tasker.bootstrap.client;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLServerSocket;

/** Answer HTTP requests on a real socket, one connection each, and keep what was asked. */
public final class TestServer implements Closeable {
    private final ServerSocket socket;
    private final Function<Request, String> answers;
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    /** Answer each request with what the function makes of it: a whole HTTP response. */
    public TestServer(Function<Request, String> answers) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answers);
    }

    /** Answer on a socket of another kind, such as one for TLS. */
    public TestServer(ServerSocket socket, Function<Request, String> answers) {
        this.answers = answers;
        this.socket = socket;
        Thread.ofPlatform().daemon().name("test-server").start(this::serve);
    }

    /** Make a response with a body. */
    public static String response(int status, String type, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: " + length
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    /** Make a response that goes on until the connection ends. */
    public static String stream(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + body;
    }

    /** Where it answers. */
    public URI uri() {
        return URI.create(
                (socket instanceof SSLServerSocket ? "https" : "http") + "://127.0.0.1:" + socket.getLocalPort());
    }

    /** What was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept();
                    OutputStream out = client.getOutputStream()) {
                Request request = read(client);
                requests.add(request);
                out.write(answers.apply(request).getBytes(StandardCharsets.UTF_8));
            } catch (IOException ignored) {
                // The client went away, or the server was closed.
            }
        }
    }

    private static Request read(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = in.readLine();
        List<String> headers = new ArrayList<>();
        int length = 0;
        for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
            headers.add(header);
            if (header.startsWith("Content-Length: ")) {
                length = Integer.parseInt(header.substring("Content-Length: ".length()));
            }
        }
        StringBuilder body = new StringBuilder();
        while (body.length() < length) {
            body.append((char) in.read());
        }
        return new Request(String.valueOf(line), headers, body.toString());
    }

    /**
     * Hold one request.
     *
     * @param line such as {@code GET /health HTTP/1.1}
     * @param headers as they came
     * @param body as it came
     */
    public record Request(String line, List<String> headers, String body) {}
}
