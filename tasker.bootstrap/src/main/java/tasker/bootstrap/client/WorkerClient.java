package tasker.bootstrap.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import tasker.bootstrap.assembly.RuntimeHome;
import tasker.events.api.TaskerException;

/**
 * Ask a running worker over HTTP; safe for use by many threads.
 *
 * <p>Uses the client of {@code java.base}, which starts faster than {@code java.net.http} and needs no module.
 */
public final class WorkerClient {
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(3).toMillis();
    private static final int ANSWER_MILLIS = (int) Duration.ofSeconds(30).toMillis();

    /** Longer than the longest heartbeat that a worker can be configured to have. */
    private static final int SILENCE_MILLIS = (int) Duration.ofMinutes(11).toMillis();

    private final URI worker;
    private final Optional<String> token;
    private final Optional<SSLSocketFactory> tls;

    /**
     * Ask the worker at this address.
     *
     * @param worker such as {@code http://127.0.0.1:8081}
     * @param token what the worker wants to be shown, where it wants one
     * @param tls makes the connections where the address is https; without it, the Java runtime's own does
     */
    public WorkerClient(URI worker, Optional<String> token, Optional<SSLSocketFactory> tls) {
        this.worker = worker;
        this.token = token;
        this.tls = tls;
    }

    /** Ask the worker at this address, over TLS with what the Java runtime believes. */
    public WorkerClient(URI worker, Optional<String> token) {
        this(worker, token, Optional.empty());
    }

    /**
     * Get a page.
     *
     * @param path starts with a slash
     * @param accept the media type to ask for
     * @throws TaskerException {@code TASKER-L201} when nothing answers, {@code TASKER-L202} when the worker refuses,
     *     {@code TASKER-L205} when there is no connection that both sides trust
     */
    public Answer get(String path, String accept) {
        try {
            HttpURLConnection connection = open(path, accept);
            int status = connection.getResponseCode();
            String body = body(connection);
            if (status / 100 != 2 && status != HttpURLConnection.HTTP_UNAVAILABLE) {
                throw refused(path, status, body);
            }
            return new Answer(status, body);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /**
     * Post a JSON object, once.
     *
     * @throws TaskerException as {@link #get} does, and {@code TASKER-L204} when the connection broke after it was
     *     made: the worker may have done what was asked
     */
    public Answer post(String path, String json) {
        return post(path, json, Duration.ZERO);
    }

    /** Post a JSON object, once, to a worker that takes this much longer than usual to answer; fails as that does. */
    public Answer post(String path, String json, Duration longer) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        int patience = ANSWER_MILLIS + Math.toIntExact(longer.toMillis());
        HttpURLConnection connection = connect("POST", path, "application/json", bytes.length, patience);
        return answer(connection, path, out -> out.write(bytes));
    }

    private Answer answer(HttpURLConnection connection, String path, Body sent) {
        try {
            try (OutputStream out = connection.getOutputStream()) {
                sent.writeTo(out);
            }
            return answer(connection, path);
        } catch (IOException e) {
            // A worker that refuses before it has read everything has said why.
            try {
                return answer(connection, path);
            } catch (IOException ignored) {
                throw new TaskerException(
                        "TASKER-L204",
                        "the connection to the worker at " + worker + " broke before its answer to " + path + " came ("
                                + e.getMessage() + "); it may have done what was asked" + hint(),
                        e);
            }
        }
    }

    private Answer answer(HttpURLConnection connection, String path) throws IOException {
        int status = connection.getResponseCode();
        String body = body(connection);
        if (status / 100 != 2) {
            throw refused(path, status, body);
        }
        return new Answer(status, body);
    }

    /**
     * Change something, once, with a file as the body, or without one; fails as {@link #post} does.
     *
     * @param method such as {@code PUT}
     * @param longer how much longer than usual the worker may take to answer
     */
    public Answer change(String method, String path, Optional<Path> file, Duration longer) {
        int patience = ANSWER_MILLIS + Math.toIntExact(longer.toMillis());
        long length = file.map(WorkerClient::size).orElse(0L);
        HttpURLConnection connection = connect(method, path, "application/java-archive", length, patience);
        return answer(connection, path, out -> {
            if (file.isPresent()) {
                Files.copy(file.get(), out);
            }
        });
    }

    /** Follow the events of these types; fails as {@link #get} does. */
    public SseReader events(String pattern) {
        String path = "/events?pattern=" + URLEncoder.encode(pattern, StandardCharsets.UTF_8);
        try {
            HttpURLConnection connection = open(path, "text/event-stream");
            connection.setReadTimeout(SILENCE_MILLIS);
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw refused(path, status, body(connection));
            }
            return new SseReader(connection.getInputStream(), connection::disconnect);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private HttpURLConnection connect(String method, String path, String type, long length, int answerMillis) {
        try {
            HttpURLConnection connection = open(path, "application/json");
            connection.setReadTimeout(answerMillis);
            connection.setRequestMethod(method);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", type);
            // A body that is not kept cannot be sent again: else a POST is repeated when a connection drops.
            connection.setFixedLengthStreamingMode(length);
            connection.connect();
            return connection;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private HttpURLConnection open(String path, String accept) throws IOException {
        String base = worker.toString();
        String address = (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
        if (!(URI.create(address).toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException(worker.getScheme() + " is no HTTP");
        }
        if (connection instanceof HttpsURLConnection encrypted) {
            tls.ifPresent(encrypted::setSSLSocketFactory);
        }
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(ANSWER_MILLIS);
        // A redirect would carry the token to wherever it points.
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", accept);
        token.ifPresent(secret -> connection.setRequestProperty("Authorization", "Bearer " + secret));
        return connection;
    }

    private static String body(HttpURLConnection connection) throws IOException {
        boolean failed = connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
        try (InputStream in = failed ? connection.getErrorStream() : connection.getInputStream()) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private TaskerException refused(String path, int status, String body) {
        String reason = Refusal.reason(body);
        String advice = switch (status) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                "give its token with --token or TASKER_OBSERVABILITY_TOKEN";
            case HttpURLConnection.HTTP_NOT_FOUND ->
                // A worker that knows the path says itself what is missing.
                reason.startsWith(": TASKER-S") || reason.startsWith(": TASKER-P")
                        ? ""
                        : "is it a Tasker worker of this version? name another with --url";
            default -> "";
        };
        return new TaskerException(
                "TASKER-L202",
                "the worker at " + worker + " answered " + path + " with " + status + reason
                        + (advice.isEmpty() ? "" : "; " + advice));
    }

    private TaskerException unreachable(IOException e) {
        if (e instanceof SSLException) {
            return new TaskerException(
                    "TASKER-L205",
                    "the worker at " + worker + " and this client do not trust each other (" + e.getMessage()
                            + "); name the authority that signed its certificate with --cacert, and where it wants a"
                            + " certificate, one with --cert and --key",
                    e);
        }
        return new TaskerException(
                "TASKER-L201",
                "no worker answers at " + worker + " (" + e.getMessage()
                        + "); start one with 'tasker run', or name another with --url" + hint(),
                e);
    }

    /** A worker refuses a certificate after the client is done with the handshake, by hanging up. */
    private String hint() {
        String certificate =
                "https".equals(worker.getScheme()) ? "; if it wants a certificate, show one with --cert and --key" : "";
        return RuntimeHome.answersOverHttp() ? certificate : certificate + "; " + RuntimeHome.NO_HTTP;
    }

    private static long size(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new TaskerException("TASKER-L103", "there is no file '" + file + "'; name the jar of a plugin");
        }
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new TaskerException("TASKER-L103", "the file '" + file + "' cannot be read (" + e + ")", e);
        }
    }

    /** Write the body of a request. */
    @FunctionalInterface
    private interface Body {
        void writeTo(OutputStream out) throws IOException;
    }
}
