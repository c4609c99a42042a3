package tasker.events.api;

/**
 * Report a value that a record or a setting refuses ({@code TASKER-V101}).
 *
 * <p>A retry with the same value fails again.
 */
public final class InvalidValueException extends TaskerException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String problem;

    /**
     * Build from the field's JSON name and the reason.
     *
     * @param field the JSON name of the field, with its path inside a payload where there is one
     * @param problem what is wrong, with the value
     */
    public InvalidValueException(String field, String problem) {
        super("TASKER-V101", "'" + field + "' " + problem);
        this.field = field;
        this.problem = problem;
    }

    /** The JSON name of the refused field, such as {@code event_type}. */
    public String field() {
        return field;
    }

    /** What is wrong, without the code and the field, for a caller that knows the field by a longer path. */
    public String problem() {
        return problem;
    }
}
