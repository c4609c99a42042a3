package tasker.observability.http;

import java.io.IOException;

/** Answer the requests of one route; called on a thread of its own, for many requests at once. */
@FunctionalInterface
interface Endpoint {
    /**
     * Answer one request.
     *
     * @throws HttpFailure when the request is refused
     * @throws IOException when the client is gone
     * @throws InterruptedException when the server stops or the client took too long
     */
    void answer(Exchange exchange) throws IOException, InterruptedException;
}
