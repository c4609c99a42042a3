package tasker.observability.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tasker.nativecore.json.Json;

/**
 * Drive one tab of a browser over the Chrome DevTools Protocol, and remember what it asked for and complained about.
 *
 * @see <a href="https://chromedevtools.github.io/devtools-protocol/">Chrome DevTools Protocol</a>
 */
final class Tab implements AutoCloseable {
    private final Messages messages = new Messages();
    private final AtomicInteger ids = new AtomicInteger();
    private final WebSocket socket;

    private Tab(HttpClient client, URI debugger) {
        socket = client.newWebSocketBuilder().buildAsync(debugger, messages).join();
    }

    static Tab attach(HttpClient client, URI debugger) {
        Tab tab = new Tab(client, debugger);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            tab.call(domain + ".enable", Map.of());
        }
        return tab;
    }

    /** Bring the tab to an address, and wait until the document is there. */
    void go(URI address) {
        call("Page.navigate", Map.of("url", address.toString()));
        await("location.href.startsWith(" + Json.text(address.toString()) + ") && document.readyState === 'complete'");
    }

    /** Make the window this large, a phone's when it is narrow. */
    void resize(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Prefer {@code light} or {@code dark} colours. */
    void prefer(String scheme) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The value of an expression, awaited when it is a promise. */
    @Nullable
    Object value(String expression) {
        Map<?, ?> reply =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (reply.get("exceptionDetails") != null) {
            throw new AssertionError(expression + " threw " + reply.get("exceptionDetails"));
        }
        return reply.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
    }

    /** The text of the first element that a selector finds; empty when it finds none. */
    String text(String selector) {
        return String.valueOf(value("document.querySelector(" + Json.text(selector) + ")?.textContent ?? ''"));
    }

    /** Wait until an expression is true; one that fails is not true yet, as while a page is being loaded. */
    void await(String expression) {
        TestWorker.await(expression, () -> {
            try {
                return Boolean.TRUE.equals(value(expression));
            } catch (AssertionError ignored) {
                return false;
            }
        });
    }

    /** Press and release a key that types nothing, such as {@code Tab}. */
    void press(String key, int keyCode) {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", keyCode));
        }
    }

    /** Press the key that sends a form. */
    void pressEnter() {
        call(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", 13, "text", "\r"));
    }

    /** Type a text into what has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Every address that was asked for. */
    List<String> requests() {
        return List.copyOf(messages.requests);
    }

    /** Every complaint: exceptions, and errors in the log. */
    List<String> problems() {
        return List.copyOf(messages.problems);
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private Map<?, ?> call(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<?, ?>> reply = new CompletableFuture<>();
        messages.replies.put(id, reply);
        socket.sendText(Json.text(Map.of("id", id, "method", method, "params", parameters)), true)
                .join();
        Map<?, ?> message = reply.join();
        if (message.get("error") != null) {
            throw new AssertionError(method + " failed: " + message.get("error"));
        }
        return message.get("result") instanceof Map<?, ?> result ? result : Map.of();
    }

    /** Sort what the browser says. */
    private static final class Messages implements WebSocket.Listener {
        final Map<Integer, CompletableFuture<Map<?, ?>>> replies = new ConcurrentHashMap<>();
        final List<String> requests = new CopyOnWriteArrayList<>();
        final List<String> problems = new CopyOnWriteArrayList<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                String text = parts.toString();
                parts.setLength(0);
                take(Json.object(text), text);
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            replies.values().forEach(reply -> reply.completeExceptionally(error));
        }

        private void take(Map<String, ?> message, String text) {
            CompletableFuture<Map<?, ?>> reply =
                    message.get("id") instanceof Number id ? replies.remove(id.intValue()) : null;
            if (reply != null) {
                reply.complete(message);
                return;
            }
            Map<?, ?> parameters = message.get("params") instanceof Map<?, ?> map ? map : Map.of();
            switch (String.valueOf(message.get("method"))) {
                case "Network.requestWillBeSent" -> {
                    if (parameters.get("request") instanceof Map<?, ?> request) {
                        requests.add(String.valueOf(request.get("url")));
                    }
                }
                case "Runtime.exceptionThrown" -> problems.add(text);
                case "Runtime.consoleAPICalled" -> {
                    if ("error".equals(parameters.get("type"))) {
                        problems.add(text);
                    }
                }
                case "Log.entryAdded" -> {
                    if (parameters.get("entry") instanceof Map<?, ?> entry && "error".equals(entry.get("level"))) {
                        problems.add(text);
                    }
                }
                default -> {}
            }
        }
    }
}
