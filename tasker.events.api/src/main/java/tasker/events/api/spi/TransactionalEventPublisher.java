package tasker.events.api.spi;

import java.sql.Connection;
import java.util.List;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;

/**
 * Publish events in a transaction of the caller's: they exist if and only if the caller's other data do.
 *
 * <p>The events are written when a method returns and can be read once the caller has committed. Neither commit nor
 * rollback is ever called, and no savepoint is set: when a method throws after it has spoken to the database, the
 * transaction is over as after any failed statement, and the caller rolls back. The connection must lead to the
 * database that holds the queues, with autocommit off; it is used by the calling thread alone, within its own time
 * limits, and may be one of any pool.
 *
 * <p>Safe for use by many threads, each with a connection of its own.
 */
public interface TransactionalEventPublisher {
    /**
     * Write one event in the connection's transaction.
     *
     * @throws PublishException when it is not written; {@link PublishException#mayHaveBeenWritten()} is {@code false}
     */
    default void publish(Connection connection, DomainEvent event) {
        publish(connection, event, PublishOptions.defaults());
    }

    /**
     * Write events, in this order, in the connection's transaction. An empty list does nothing.
     *
     * @throws PublishException when they are not written; {@link PublishException#mayHaveBeenWritten()} is
     *     {@code false}
     */
    default void publishAll(Connection connection, List<DomainEvent> events) {
        publishAll(connection, events, PublishOptions.defaults());
    }

    /**
     * Write one event with options; a delay counts from now, not from the commit.
     *
     * @throws PublishException when it is not written; {@link PublishException#mayHaveBeenWritten()} is {@code false}
     */
    default void publish(Connection connection, DomainEvent event, PublishOptions options) {
        publishAll(connection, List.of(event), options);
    }

    /**
     * Write events with the same options, in this order; a delay counts from now, not from the commit.
     *
     * @throws PublishException when they are not written; {@link PublishException#mayHaveBeenWritten()} is
     *     {@code false}
     */
    void publishAll(Connection connection, List<DomainEvent> events, PublishOptions options);
}
