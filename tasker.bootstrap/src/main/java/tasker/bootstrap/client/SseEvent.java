package tasker.bootstrap.client;

/**
 * Hold one server-sent event.
 *
 * @param type its type, {@code message} when the server names none
 * @param data its lines, joined by line feeds
 */
public record SseEvent(String type, String data) {}
