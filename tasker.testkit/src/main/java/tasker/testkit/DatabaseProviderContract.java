package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;

/** Test what {@link DatabaseProvider} promises. */
public abstract class DatabaseProviderContract extends WorkerServiceContract<DatabaseProvider> {
    /** For subclasses. */
    protected DatabaseProviderContract() {}

    /** Open a connection by these settings and close it again; throw when that does not work. */
    protected abstract void connect(DatabaseSettings settings) throws Exception;

    /** {@link DatabaseProvider}: run a database for the worker, which is there once it has started. */
    @Test
    public void theDatabaseIsThereAfterTheStart() throws Exception {
        DatabaseSettings settings = start().database();

        assertThatCode(() -> connect(settings)).doesNotThrowAnyException();
    }

    /** {@link DatabaseSettings#url}: a JDBC URL. */
    @Test
    public void theUrlIsOfJdbc() throws Exception {
        assertThat(start().database().url()).startsWith("jdbc:");
    }

    /** {@link DatabaseSettings#url}: without a password. */
    @Test
    public void theUrlHoldsNoPassword() throws Exception {
        DatabaseSettings settings = start().database();

        assertThat(settings.url()).doesNotContainIgnoringCase("password=").doesNotContainPattern("//[^/?]*@");
        settings.password().ifPresent(password -> assertThat(settings.url()).doesNotContain(password));
    }

    /** {@link DatabaseProvider#database}: called after the start, from any thread. */
    @Test
    public void everyThreadIsToldTheSame() throws Exception {
        DatabaseProvider provider = start();
        DatabaseSettings settings = provider.database();

        waiting()
                .sideBySide(
                        "all threads have asked",
                        4,
                        () -> assertThat(provider.database()).isEqualTo(settings));
    }
}
