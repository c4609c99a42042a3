package tasker.observability.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import tasker.events.api.TraceContext;
import tasker.nativecore.json.Json;

/** Read one request and write its answer within bounds; for use by one thread. */
final class Exchange {
    private static final String JSON = "application/json";

    /** What browsers are told with every answer, unless the endpoint has set it: nothing may be loaded or framed. */
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

    /** How much of a body that is too large is read nevertheless, so that its sender gets to read the answer. */
    private static final int DISCARD_LIMIT = 8 << 20;

    private final HttpExchange http;
    private final Deadlines deadlines;
    private int status;

    Exchange(HttpExchange http, Deadlines deadlines) {
        this.http = http;
        this.deadlines = deadlines;
    }

    String method() {
        return http.getRequestMethod();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(http.getRequestHeaders().getFirst(name));
    }

    String scheme() {
        return http instanceof HttpsExchange ? "https" : "http";
    }

    /** Whether the client showed a certificate of an authority that the server believes. */
    boolean hasClientCertificate() {
        if (!(http instanceof HttpsExchange encrypted)) {
            return false;
        }
        try {
            return encrypted.getSSLSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException ignored) {
            return false;
        }
    }

    /** The trace that the request belongs to; empty without one, or with one that is malformed. */
    Optional<TraceContext> trace() {
        Headers headers = http.getRequestHeaders();
        List<String> parents = headers.getOrDefault("Traceparent", List.of());
        return parents.size() == 1
                ? TraceContext.parse(
                        parents.getFirst(), String.join(",", headers.getOrDefault("Tracestate", List.of())))
                : Optional.empty();
    }

    /** The status that was sent; 0 when none was. */
    int status() {
        return status;
    }

    /**
     * The parameters of the query.
     *
     * @throws HttpFailure with status 400 when there is another one than these, or one is given twice
     */
    Query query(String... known) {
        return Query.parse(http.getRequestURI().getRawQuery(), List.of(known));
    }

    /**
     * Read the body.
     *
     * @throws HttpFailure with status 413 when it is larger than the limit
     */
    byte[] body(int limit) throws IOException {
        byte[][] body = new byte[1][];
        deadlines.bounded(() -> {
            InputStream in = http.getRequestBody();
            body[0] = in.readNBytes(limit + 1);
            if (body[0].length > limit) {
                discard(in);
            }
        });
        if (body[0].length > limit) {
            throw new HttpFailure(
                    413,
                    "TASKER-H108",
                    "the body has more than " + limit + " bytes; send an event with a smaller payload");
        }
        return body[0];
    }

    /** The body, to be read part by part, up to the limit; the rest of a larger one is not read. */
    InputStream upload(int limit) {
        return new Upload(http.getRequestBody(), deadlines, limit);
    }

    Exchange set(String header, String value) {
        http.getResponseHeaders().set(header, value);
        return this;
    }

    void json(int code, Object body) throws IOException {
        json(code, JSON, body);
    }

    /** Send JSON under a name of its own. */
    void json(int code, String contentType, Object body) throws IOException {
        send(code, contentType, Json.bytes(body));
    }

    void send(int code, String contentType, byte[] body) throws IOException {
        send(code, contentType, body.length, out -> out.write(body));
    }

    /** Send a body of this many bytes, without a copy of it. */
    void send(int code, String contentType, int length, Body body) throws IOException {
        head(code, contentType);
        boolean headOnly = isHead() || length == 0;
        if (isHead()) {
            http.getResponseHeaders().set("Content-Length", Integer.toString(length));
        }
        deadlines.bounded(() -> {
            http.sendResponseHeaders(code, headOnly ? -1 : length);
            if (!headOnly) {
                body.writeTo(http.getResponseBody());
                http.getResponseBody().close();
            }
        });
    }

    /** Write a whole answer. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Start an answer that has no end yet; each write is bounded and flushed. */
    Stream stream(String contentType) throws IOException {
        head(200, contentType);
        deadlines.bounded(() -> http.sendResponseHeaders(200, isHead() ? -1 : 0));
        OutputStream out = http.getResponseBody();
        return (bytes, length) -> deadlines.bounded(() -> {
            out.write(bytes, 0, length);
            out.flush();
        });
    }

    /** Write parts of an answer. */
    @FunctionalInterface
    interface Stream {
        void write(byte[] bytes, int length) throws IOException;
    }

    private void head(int code, String contentType) {
        status = code;
        Headers headers = http.getResponseHeaders();
        headers.set("Cache-Control", "no-cache");
        headers.set("Content-Type", contentType);
        SECURITY_HEADERS.forEach((name, value) -> {
            if (!headers.containsKey(name)) {
                headers.set(name, value);
            }
        });
    }

    private static void discard(InputStream in) throws IOException {
        byte[] chunk = new byte[8_192];
        int discarded = 0;
        while (discarded < DISCARD_LIMIT) {
            int count = in.read(chunk);
            if (count < 0) {
                return;
            }
            discarded += count;
        }
    }
}
