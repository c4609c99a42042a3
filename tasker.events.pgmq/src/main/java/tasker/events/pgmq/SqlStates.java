package tasker.events.pgmq;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tell failures of statements apart by their SQLSTATE (PostgreSQL, appendix A). */
final class SqlStates {
    /** Missing table, missing schema. */
    private static final Set<String> MISSING = Set.of("42P01", "3F000");

    /**
     * What may be otherwise a moment later: lock not available, cancelled by a time-out, no resources (class 53),
     * rolled back because of others (class 40), read-only because of a failover.
     */
    private static final Set<String> TEMPORARY = Set.of("55P03", "57014", "25006");

    private SqlStates() {}

    /** Whether the failure carries a reply of the server, rather than the driver's own words. */
    static boolean serverAnswered(SQLException failure) {
        return failure instanceof PSQLException reply && reply.getServerErrorMessage() != null;
    }

    /** Whether the queue's table is missing. */
    static boolean isMissing(SQLException failure) {
        return MISSING.contains(state(failure));
    }

    /**
     * Whether the account may not write to the table at all. A row's own policy has the same SQLSTATE, and so may
     * anything that runs inside a trigger.
     */
    static boolean isForbidden(SQLException failure) {
        if (!state(failure).equals("42501") || !(failure instanceof PSQLException reply)) {
            return false;
        }
        ServerErrorMessage message = reply.getServerErrorMessage();
        return message != null && "aclcheck_error".equals(message.getRoutine()) && message.getWhere() == null;
    }

    /** Whether the same statement may succeed a moment later. */
    static boolean isTemporary(SQLException failure) {
        String state = state(failure);
        return state.startsWith("53") || state.startsWith("40") || TEMPORARY.contains(state);
    }

    /** Whether the connection, or its server, takes no writes. */
    static boolean isReadOnly(SQLException failure) {
        return state(failure).equals("25006");
    }

    /** Whether the server gave up on the statement because it took too long. */
    static boolean isTimedOut(SQLException failure) {
        return state(failure).equals("57014");
    }

    /** Whether the server lacks disk or memory, or cannot write its files. */
    static boolean isShortOfResources(SQLException failure) {
        String state = state(failure);
        return (state.startsWith("53") && !state.equals("53300")) || state.startsWith("58");
    }

    /** Whether the account or its password was refused. */
    static boolean isLoginRefused(SQLException failure) {
        return state(failure).startsWith("28");
    }

    /** Whether PostgreSQL cannot hold the value: data exceptions and exceeded limits of the program. */
    static boolean isAboutTheValue(SQLException failure) {
        String state = state(failure);
        return state.startsWith("22") || state.startsWith("54") || state.startsWith("23");
    }

    static String state(SQLException failure) {
        return String.valueOf(failure.getSQLState());
    }
}
