package tasker.observability.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tasker.observability.metrics.MediaRanges;

/**
 * Serve the page at {@code /}: files of this module that never change, and load nothing from anywhere else.
 *
 * <p>They are open to everybody, as they tell nothing: the page asks the other endpoints, with the token where one is
 * set. Immutable.
 */
final class Page {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> FILES = List.of(
            "api.js",
            "chart.js",
            "charts.js",
            "dom.js",
            "events.js",
            "format.js",
            "history.js",
            "icon.svg",
            "main.js",
            "page.css",
            "panels.js",
            "stream.js",
            "theme.js");

    /** Scripts and styles from here alone, none of them in the page itself, so injected ones do not run. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Page() {}

    /** The routes of everything but {@code /}. */
    static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String file : FILES) {
            routes.add(Route.open("/page/" + file, "a part of the page at /", answer(file)));
        }
        return routes;
    }

    /**
     * Answer with the page to those who would rather read HTML than JSON, as browsers, and otherwise as this endpoint.
     */
    static Endpoint orElse(Endpoint other) {
        Endpoint page = answer("index.html");
        return exchange -> {
            exchange.set("Vary", "Accept");
            (prefersHtml(exchange) ? page : other).answer(exchange);
        };
    }

    private static boolean prefersHtml(Exchange exchange) {
        MediaRanges accepted = MediaRanges.of(exchange.header("Accept"));
        // A client that takes anything gets what programs know.
        return accepted.quality("text", "html") > accepted.quality("application", "json");
    }

    private static Endpoint answer(String file) {
        byte[] content = read(file);
        String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "text/plain; charset=utf-8");
        return exchange -> exchange.set("Content-Security-Policy", POLICY)
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .send(200, type, content);
    }

    private static byte[] read(String file) {
        try (InputStream in = Page.class.getResourceAsStream("page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the page lacks its file " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
