package tasker.events.pgmq;

import java.util.List;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.StepMessage;

/** Add steps to their queue, which is made where it is missing; safe for use by many threads. */
final class StepSender {
    private final Operations operations;
    private final StepQueues queues;
    private final EventWriter writer;
    private final Wakeups wakeups;

    StepSender(Operations operations, StepQueues queues, EventWriter writer, Wakeups wakeups) {
        this.operations = operations;
        this.queues = queues;
        this.writer = writer;
        this.wakeups = wakeups;
    }

    /** Add a step, and return when it is committed. */
    void add(StepRequest request, StepLimits limits) {
        EventMessage message = new EventMessage(new StepMessage(request, limits).json(), null);
        List<Outgoing> step = List.of(new Outgoing(queues.steps(), List.of(message), 0, message.length()));
        String what = "add the step " + request.stepId() + " to '" + queues.steps() + "'";
        try {
            write(what, step);
        } catch (TaskerException e) {
            if (!e.code().equals("TASKER-Q113")) {
                throw e;
            }
            operations.run("make the queues of steps", queues::ensure);
            write(what, step);
        }
        wakeups.of(queues.steps()).announce();
    }

    private void write(String what, List<Outgoing> step) {
        operations.run(what, connection -> {
            writer.write(connection, step);
            return true;
        });
    }
}
