package tasker.benchmarks.durable;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongConsumer;

/** Schedule a task of db-scheduler for each event. */
final class DbSchedulerContender implements Contender {
    private final Server server;
    private final HikariDataSource pool;
    private final OneTimeTask<String> task =
            Tasks.oneTime("publish", String.class).execute((instance, context) -> {});
    private final SchedulerClient client;

    DbSchedulerContender(Server server, int connections) throws Exception {
        this.server = server;
        server.execute("""
                CREATE TABLE IF NOT EXISTS scheduled_tasks (
                    task_name text NOT NULL,
                    task_instance text NOT NULL,
                    task_data bytea,
                    execution_time timestamp with time zone NOT NULL,
                    picked boolean NOT NULL,
                    picked_by text,
                    last_success timestamp with time zone,
                    last_failure timestamp with time zone,
                    consecutive_failures integer,
                    last_heartbeat timestamp with time zone,
                    version bigint NOT NULL,
                    priority smallint,
                    state text,
                    PRIMARY KEY (task_name, task_instance)
                );
                CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time);
                CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
                """);
        pool = server.pool(connections);
        client = SchedulerClient.Builder.create(pool, task).build();
    }

    @Override
    public String name() {
        return "db-scheduler schedule";
    }

    @Override
    public void call(int caller, LongConsumer durable) {
        String id = UUID.randomUUID().toString();
        client.scheduleIfNotExists(task.instance(id, SampleEvent.nextMessage()), Instant.now());
        durable.accept(1);
    }

    @Override
    public void reset() throws Exception {
        server.execute("TRUNCATE scheduled_tasks");
    }

    @Override
    public void close() {
        pool.close();
    }
}
