package tasker.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/** Enqueue a job of JobRunr for each event. */
final class JobRunrContender implements Contender {
    private final Server server;
    private final HikariDataSource pool;
    private final JobRequestScheduler scheduler;

    /** What a job is given. */
    public record Publish(String message) implements JobRequest {
        @Override
        public Class<Handler> getJobRequestHandler() {
            return Handler.class;
        }
    }

    /** What a job would do; none is ever run here. */
    public static final class Handler implements JobRequestHandler<Publish> {
        @Override
        public void run(Publish request) {}
    }

    JobRunrContender(Server server, int connections) {
        this.server = server;
        pool = server.pool(connections);
        StorageProvider storage = SqlStorageProviderFactory.using(pool);
        storage.setJobMapper(new JobMapper(new Jackson3JsonMapper()));
        scheduler = new JobRequestScheduler(storage, List.of());
    }

    @Override
    public String name() {
        return "JobRunr enqueue";
    }

    @Override
    public void call(int caller, LongConsumer durable) {
        scheduler.enqueue(UUID.randomUUID(), new Publish(SampleEvent.nextMessage()));
        durable.accept(1);
    }

    @Override
    public void reset() throws Exception {
        server.execute("TRUNCATE jobrunr_jobs");
    }

    @Override
    public void close() {
        pool.close();
    }
}
