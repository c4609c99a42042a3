package tasker.bootstrap.process;

/** Name the signals that ask a process to stop, with the exit code that tells of each: 128 and the signal's number. */
public enum StopSignal {
    /** The terminal was closed. */
    HUP(129, "the terminal was closed"),
    /** Ctrl-C. */
    INT(130, "Ctrl-C"),
    /** What {@code kill} sends, and what a supervisor sends first. */
    TERM(143, "SIGTERM");

    private final int exitCode;
    private final String cause;

    StopSignal(int exitCode, String cause) {
        this.exitCode = exitCode;
        this.cause = cause;
    }

    /** The exit code of a process that this signal ended. */
    public int exitCode() {
        return exitCode;
    }

    /** What a person knows the signal by. */
    public String cause() {
        return cause;
    }
}
