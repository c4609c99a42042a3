package tasker.events.pgmq;

import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;

/**
 * Run steps in a process of its own: a line for each before it is done, handed to the system at once, so that it
 * outlives a {@code kill -9}.
 */
final class StepRunnerProcess {
    private StepRunnerProcess() {}

    /** Arguments: the file to write to, the database's URL, and its account. It ends with its input. */
    public static void main(String[] args) throws Exception {
        DatabaseSettings database = new DatabaseSettings(args[1], Optional.of(args[2]), Optional.empty());
        try (FileOutputStream log = new FileOutputStream(args[0]);
                StepWorker worker = StepWorker.start(
                        database,
                        "charge",
                        context -> {
                            log.write((context.request().stepId() + "\n").getBytes(StandardCharsets.UTF_8));
                            return StepResult.success(Map.of());
                        },
                        "pgmq.step-visibility-ms",
                        "1000")) {
            int end = System.in.read();
            if (end >= 0) {
                worker.system().close();
            }
        }
    }
}
