package tasker.observability.http;

/**
 * Say who answers what.
 *
 * @param method {@code GET}, which includes {@code HEAD}, {@code POST} or {@code PUT}
 * @param path the exact path, or one that ends in a slash and takes every name after it
 * @param guarded whether the token is needed where one is set
 * @param description what the answer is, for people
 * @param endpoint who answers
 */
record Route(String method, String path, boolean guarded, String description, Endpoint endpoint) {
    static Route open(String path, String description, Endpoint endpoint) {
        return new Route("GET", path, false, description, endpoint);
    }

    static Route guarded(String method, String path, String description, Endpoint endpoint) {
        return new Route(method, path, true, description, endpoint);
    }
}
