package tasker.observability.http;

/**
 * Say who answers what.
 *
 * @param method {@code GET}, which includes {@code HEAD}, {@code POST}, {@code PUT} or {@code DELETE}
 * @param path the exact path, or one that ends in a slash and takes every name after it
 * @param guarded whether the token is needed where one is set
 * @param description what the answer is, for people
 * @param endpoint who answers
 * @param lasting whether an answer may take long, because it waits for something or has no end
 */
record Route(String method, String path, boolean guarded, String description, Endpoint endpoint, boolean lasting) {
    static Route open(String path, String description, Endpoint endpoint) {
        return new Route("GET", path, false, description, endpoint, false);
    }

    static Route guarded(String method, String path, String description, Endpoint endpoint) {
        return new Route(method, path, true, description, endpoint, false);
    }

    /** The same, known to take long. */
    Route thatLasts() {
        return new Route(method, path, guarded, description, endpoint, true);
    }
}
