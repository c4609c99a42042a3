package tasker.examples.orders;

/** Report an order that makes no sense, with a reason that a person understands. */
final class InvalidOrderException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidOrderException(String reason) {
        super(reason);
    }
}
