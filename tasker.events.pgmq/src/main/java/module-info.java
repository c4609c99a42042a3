/**
 * Carry events through PGMQ on PostgreSQL: a genuine PGMQ, or a compatible schema that this module installs.
 *
 * @provides tasker.events.api.spi.DurableTransport carries events through PGMQ queues
 */
@org.jspecify.annotations.NullMarked
module tasker.events.pgmq {
    requires com.zaxxer.hikari;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires static org.jspecify;
    requires transitive tasker.nativecore;

    provides tasker.events.api.spi.DurableTransport with
            tasker.events.pgmq.PgmqTransport;
}
