package tasker.bootstrap.client;

/**
 * Hold what a worker answered.
 *
 * @param status the HTTP status, 200 or 503: other ones are errors
 * @param body the text of the answer
 */
public record Answer(int status, String body) {
    /** Whether the worker says that it does its work. */
    public boolean isUp() {
        return status == 200;
    }
}
