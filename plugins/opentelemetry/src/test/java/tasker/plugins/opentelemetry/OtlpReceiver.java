package tasker.plugins.opentelemetry;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Take requests of OTLP over HTTP on a port of this machine, one after the other. */
final class OtlpReceiver implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final BlockingQueue<ExportMetricsServiceRequest> requests = new LinkedBlockingQueue<>();
    private final int status;
    private final byte[] body;
    private volatile Map<String, String> headers = Map.of();
    private volatile Map<String, String> resource = Map.of();

    /** Answer with this status. */
    OtlpReceiver(int status) throws IOException {
        this(status, new byte[0]);
    }

    /** Answer with this status and body. */
    OtlpReceiver(int status, byte[] body) throws IOException {
        this.status = status;
        this.body = body;
        Thread.ofPlatform().daemon().name("otlp-receiver").start(this::run);
    }

    String endpoint() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1/metrics";
    }

    /** The metrics of the first request that is as it should be. */
    Map<String, Metric> await(Predicate<Map<String, Metric>> wanted) throws InterruptedException {
        Map<String, Metric> metrics = Map.of();
        do {
            ExportMetricsServiceRequest request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("no such request; the last one had " + metrics);
            }
            metrics = OtlpMetricsIT.byName(request);
        } while (!wanted.test(metrics));
        return metrics;
    }

    /** The headers of the last request, their names in lower case. */
    Map<String, String> headers() {
        return headers;
    }

    /** What the last request said of its sender. */
    Map<String, String> resource() {
        return resource;
    }

    private void run() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                answer(client);
            } catch (IOException ignored) {
                // The sender went away, or the test is over.
            }
        }
    }

    private void answer(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        String line = line(in);
        if (!line.equals("POST /v1/metrics HTTP/1.1")) {
            throw new IOException(line);
        }
        Map<String, String> read = new TreeMap<>();
        for (line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            read.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] sent = in.readNBytes(Integer.parseInt(read.getOrDefault("content-length", "0")));
        ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(sent);
        headers = read;
        resource =
                OtlpMetricsIT.labels(request.getResourceMetrics(0).getResource().getAttributesList());
        client.getOutputStream()
                .write(("HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(body);
        requests.add(request);
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
