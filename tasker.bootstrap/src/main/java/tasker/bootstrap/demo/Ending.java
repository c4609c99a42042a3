package tasker.bootstrap.demo;

/**
 * Say how a piece of supervised work ended.
 *
 * @param <T> what the work returns
 */
sealed interface Ending<T> {
    /**
     * The work was done.
     *
     * @param value what it returned
     */
    record Done<T>(T value) implements Ending<T> {}

    /** A person or a supervisor asked to stop, and the work was interrupted. */
    record Stopped<T>() implements Ending<T> {}

    /**
     * The work could not go on, and was interrupted.
     *
     * @param reason why
     */
    record GivenUp<T>(String reason) implements Ending<T> {}
}
