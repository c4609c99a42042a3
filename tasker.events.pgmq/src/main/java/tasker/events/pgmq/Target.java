package tasker.events.pgmq;

import java.util.Properties;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;
import tasker.nativecore.config.JdbcUrls;

/**
 * Say, without secrets, which database is meant.
 *
 * @param url the JDBC URL with its secrets hidden
 * @param host the host and port
 * @param database the database's name
 * @param user the account
 */
record Target(String url, String host, String database, String user) {
    private static final Pattern USER_INFO = Pattern.compile("//[^/@?]*@");

    /**
     * Read a database's settings.
     *
     * @throws TaskerException {@code TASKER-D102} when the URL is not one of PostgreSQL's
     */
    static Target of(DatabaseSettings settings) {
        String shown = JdbcUrls.masked(settings.url());
        @Nullable Properties parts = parse(settings.url(), shown);
        if (parts == null) {
            throw new TaskerException(
                    "TASKER-D102",
                    "database.url is '" + shown + "', which is no PostgreSQL address; "
                            + "write it as jdbc:postgresql://<host>:<port>/<database>, and the account as database.user");
        }
        String user = settings.user().orElseGet(() -> text(PGProperty.USER, parts, System.getProperty("user.name")));
        return new Target(
                shown,
                hosts(text(PGProperty.PG_HOST, parts, "localhost"), text(PGProperty.PG_PORT, parts, "5432")),
                text(PGProperty.PG_DBNAME, parts, user),
                user);
    }

    private static @Nullable Properties parse(String url, String shown) {
        // The driver would take an account before an @ for a host and its password for a port, and log them.
        boolean readable =
                url.startsWith("jdbc:postgresql:") && !USER_INFO.matcher(shown).find();
        return readable ? Driver.parseURL(url, new Properties()) : null;
    }

    /** The driver keeps several hosts and their ports as two lists of the same length. */
    private static String hosts(String hosts, String ports) {
        String[] names = hosts.split(",", -1);
        String[] numbers = ports.split(",", -1);
        StringJoiner joined = new StringJoiner(", ");
        for (int i = 0; i < names.length; i++) {
            joined.add(names[i] + ':' + numbers[Math.min(i, numbers.length - 1)]);
        }
        return joined.toString();
    }

    private static String text(PGProperty property, Properties parts, String otherwise) {
        String value = parts.getProperty(property.getName());
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
