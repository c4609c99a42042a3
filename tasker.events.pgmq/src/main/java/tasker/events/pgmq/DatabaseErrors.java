package tasker.events.pgmq;

import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import tasker.events.api.TaskerException;

/** Say what is wrong with the database, and what to do, from what the driver reports (SQLSTATE first). */
final class DatabaseErrors {
    /** The driver's words, the latter for a certificate of another host, have no SQLSTATE of their own. */
    private static final Pattern TLS = Pattern.compile("SSL|hostnameverifier", Pattern.CASE_INSENSITIVE);

    private DatabaseErrors() {}

    static TaskerException of(SQLException failure, Target target) {
        String state = String.valueOf(failure.getSQLState());
        String reason = oneLine(failure);
        return switch (isAboutTls(failure) ? "" : state) {
            case "28P01", "28000", "08004" ->
                error(
                        "TASKER-D104",
                        "PostgreSQL at " + target.host() + " refused the account '" + target.user() + "': " + reason
                                + "; check database.user and database.password",
                        target,
                        failure);
            case "3D000" ->
                error(
                        "TASKER-D105",
                        "the database '" + target.database() + "' does not exist at " + target.host()
                                + "; create it (CREATE DATABASE) or correct database.url",
                        target,
                        failure);
            case "42501" ->
                error(
                        "TASKER-D107",
                        "the account '" + target.user() + "' lacks a right in the database '" + target.database()
                                + "': " + reason + "; grant it, or let an administrator install PGMQ",
                        target,
                        failure);
            case "53300" ->
                error(
                        "TASKER-D110",
                        "PostgreSQL at " + target.host() + " has no free connection: " + reason
                                + "; raise its max_connections or lower pgmq.pool-size",
                        target,
                        failure);
            case "57P03" ->
                error(
                        "TASKER-D112",
                        "PostgreSQL at " + target.host() + " does not take connections yet: " + reason
                                + "; try again in a moment",
                        target,
                        failure);
            case "25006" ->
                error(
                        "TASKER-D113",
                        "PostgreSQL at " + target.host() + " is read-only (a standby?): " + reason
                                + "; connect to the primary server",
                        target,
                        failure);
            default -> byKind(failure, state, reason, target);
        };
    }

    private static TaskerException byKind(SQLException failure, String state, String reason, Target target) {
        if (isAboutTls(failure)) {
            return error(
                    "TASKER-D111",
                    "no encrypted connection to " + target.host() + ": " + reason
                            + "; check sslmode and the certificates in database.url",
                    target,
                    failure);
        }
        if (state.startsWith("08")) {
            return error(
                    "TASKER-D103",
                    "cannot reach PostgreSQL at " + target.host() + ": " + reason
                            + "; check that it runs there and that database.url is right",
                    target,
                    failure);
        }
        return error(
                "TASKER-D119",
                "the database '" + target.database() + "' at " + target.host() + " failed (SQLSTATE " + state + "): "
                        + reason,
                target,
                failure);
    }

    /** The failure's reason in one line: the innermost cause says more than the driver's wrapping. */
    static String oneLine(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermost = cause;
        }
        @Nullable String message = message(innermost);
        String name = innermost.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return name;
        }
        String line = message.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\.$", "");
        return innermost instanceof SQLException ? line : name + ": " + line;
    }

    /** Without the server's details where they show the refused values: no payload belongs into an error or the log. */
    private static @Nullable String message(Throwable failure) {
        if (failure instanceof PSQLException reply && SqlStates.isAboutTheValue(reply)) {
            ServerErrorMessage said = reply.getServerErrorMessage();
            if (said != null) {
                return said.getSeverity() + ": " + said.getMessage();
            }
        }
        return failure.getMessage();
    }

    private static boolean isAboutTls(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException
                    || (cause instanceof SQLException
                            && TLS.matcher(String.valueOf(cause.getMessage())).find())) {
                return true;
            }
        }
        return false;
    }

    private static TaskerException error(String code, String message, Target target, SQLException failure) {
        return new TaskerException(code, message + " (url " + target.url() + ")", failure);
    }
}
