/**
 * Run a PostgreSQL server of the worker's own.
 *
 * @provides tasker.events.api.spi.DatabaseProvider runs a server of its own for the worker
 */
@org.jspecify.annotations.NullMarked
module tasker.plugins.embeddedpostgres {
    requires static org.jspecify;
    requires tasker.events.api;

    provides tasker.events.api.spi.DatabaseProvider with
            tasker.plugins.embeddedpostgres.EmbeddedPostgres;
}
