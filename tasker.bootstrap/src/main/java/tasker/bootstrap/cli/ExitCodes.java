package tasker.bootstrap.cli;

import java.util.Set;
import tasker.events.api.TaskerException;

/** Know the exit codes of every command; a signal adds 128 to its number. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;

    /** The reader of standard output went away: 128 and the number of SIGPIPE. */
    static final int BROKEN_PIPE = 141;

    private static final Set<String> USAGE_CODES = Set.of(
            "TASKER-D101",
            "TASKER-D102",
            "TASKER-D121",
            "TASKER-D122",
            "TASKER-L101",
            "TASKER-L102",
            "TASKER-L103",
            "TASKER-L104",
            "TASKER-L107",
            "TASKER-P101",
            "TASKER-P126",
            "TASKER-Q112",
            "TASKER-W205");
    private static final Set<String> UNREACHABLE_CODES =
            Set.of("TASKER-L201", "TASKER-L204", "TASKER-Q101", "TASKER-Q102", "TASKER-Q105", "TASKER-Q110");

    private ExitCodes() {}

    /** The exit code that tells of this failure. */
    static int of(Throwable failure) {
        return failure instanceof TaskerException coded ? of(coded.code()) : FAILED;
    }

    private static int of(String code) {
        if (USAGE_CODES.contains(code) || code.startsWith("TASKER-C") || code.startsWith("TASKER-V")) {
            return USAGE;
        }
        boolean unreachable = UNREACHABLE_CODES.contains(code) || code.startsWith("TASKER-D");
        return unreachable ? UNREACHABLE : FAILED;
    }
}
