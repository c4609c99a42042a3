package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Name the queues that steps of a namespace pass through.
 *
 * @param steps where they wait
 * @param results where their results go
 * @param events where their durable events go
 */
record StepQueues(QueueName steps, QueueName results, QueueName events) {
    static StepQueues of(String namespace) {
        return new StepQueues(QueueName.steps(namespace), QueueName.STEP_RESULTS, QueueName.events(namespace));
    }

    /** Create those that are missing, in the connection's open transaction; tells whether any was. */
    boolean ensure(Connection connection) throws SQLException {
        boolean made = false;
        for (QueueName each : List.of(steps, steps.deadLetters(), results, events)) {
            made |= Queues.ensure(connection, each);
        }
        return made;
    }
}
