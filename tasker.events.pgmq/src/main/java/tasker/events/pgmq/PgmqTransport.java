package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.StepSource;
import tasker.events.api.spi.TransactionalEventPublisher;
import tasker.events.api.spi.WorkerContext;

/**
 * Carry events through the PGMQ queue {@code <namespace>_domain_events} on PostgreSQL, dead letters in
 * {@code <namespace>_domain_events_dlq}, and hold steps in {@code worker_<namespace>_queue}.
 *
 * <p>Starting it connects once, makes sure that there is a PGMQ (a genuine one, or else our compatible schema) and
 * creates the two queues; a database that is missing, wrong or unfit ends the start with one {@link TaskerException}.
 * Afterwards a server that goes away and comes back needs no restart.
 */
public final class PgmqTransport implements DurableTransport, StepQueue, HealthContributor, MetricsSource {
    private static final Logger LOG = LoggerFactory.getLogger(PgmqTransport.class);
    private static final Duration INSTALL_BOUND = Duration.ofSeconds(30);

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Parts parts;

    /** Make a transport, which does nothing before {@link #start}. */
    public PgmqTransport() {}

    /** What there is between start and close. */
    private record Parts(
            PgmqSettings settings,
            Database database,
            Operations operations,
            PgmqMeters meters,
            Wakeups wakeups,
            PgmqPublisher publisher,
            PgmqTransactionalPublisher transactional,
            Queues queues,
            PgmqHealth health,
            PgmqGauges gauges,
            Supplier<StepSource> steps,
            StepSender sender) {}

    @Override
    public String name() {
        return "pgmq";
    }

    @Override
    public List<SettingKey<?>> settings() {
        return PgmqSettings.keys();
    }

    @Override
    public void start(WorkerContext context) throws InterruptedException {
        PgmqSettings settings = PgmqSettings.read(context.settings());
        DatabaseSettings address = context.database();
        Target target = Target.of(address);
        String namespace = context.worker().namespace();
        QueueName events = QueueName.events(namespace);
        Connector connector = new Connector(
                context::database, target, settings, context.worker().workerId());
        String schema = prepare(connector, target, events, settings.connectTimeout());

        PgmqMeters meters = new PgmqMeters(context.meters());
        Database database = new Database(connector, target, settings);
        Operations operations = new Operations(database, settings.queryTimeout());
        Wakeups wakeups = new Wakeups(connector, target, settings, meters);
        StepQueues stepQueues = StepQueues.of(namespace);
        QueueDepths depths = new QueueDepths(database, stepQueues);
        Encoder encoder = new Encoder(namespace, events);
        EventWriter writer = new EventWriter(settings.notifying());
        Committer committer = new Committer(database, writer, settings);
        PgmqPublisher publisher =
                new PgmqPublisher(committer, events, encoder, settings, meters, wakeups.of(events), database);
        Parts started = new Parts(
                settings,
                database,
                operations,
                meters,
                wakeups,
                publisher,
                new PgmqTransactionalPublisher(encoder, writer, committer, settings.publishTimeout(), meters),
                new Queues(operations, events, new Replay(operations, wakeups)),
                new PgmqHealth(database, target, depths, settings, schema, wakeups.listener(), committer),
                new PgmqGauges(database, publisher, depths, wakeups.listener()),
                () -> new PgmqStepSource(
                        operations,
                        stepQueues,
                        depths::addSteps,
                        settings,
                        meters,
                        wakeups,
                        encoder,
                        writer,
                        context.worker().workerId()),
                new StepSender(operations, stepQueues, writer, wakeups));
        parts = started;
        Thread.ofVirtual().name("tasker-pgmq-depths").start(() -> measureUntilClosed(depths, settings));
        LOG.info(
                "event=pgmq_started queue={} schema=\"{}\" database={}/{} pool_size={}",
                events,
                schema,
                target.host(),
                target.database(),
                settings.poolSize());
    }

    /** Connect once, and find or make what the queues need. */
    private String prepare(Connector connector, Target target, QueueName events, Duration patience)
            throws InterruptedException {
        try (Connection connection = connectWhenReady(connector, patience)) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(INSTALL_BOUND.toMillis() + 1_000));
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET statement_timeout = " + INSTALL_BOUND.toMillis());
            }
            String schema = PgmqSchema.ensure(connection, target);
            connection.setAutoCommit(false);
            Queues.ensure(connection, events);
            Queues.ensure(connection, events.deadLetters());
            connection.commit();
            return schema;
        } catch (SQLException e) {
            throw DatabaseErrors.of(e, target);
        }
    }

    /** A server that is starting up says so; it is worth a short wait, while no server at all is not. */
    private Connection connectWhenReady(Connector connector, Duration patience)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return connector.connect();
            } catch (SQLException e) {
                if (!SqlStates.state(e).equals("57P03") || System.nanoTime() > deadline) {
                    throw e;
                }
                if (closing.await(100, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    /** Keep the gauges fresh where no health check does, and the queues there. */
    private void measureUntilClosed(QueueDepths depths, PgmqSettings settings) {
        try {
            do {
                try {
                    depths.measureOrMend(settings.queryTimeout());
                } catch (TransactionException | NoConnectionException e) {
                    LOG.debug("event=pgmq_measure_failed reason=\"{}\"", DatabaseErrors.oneLine(e));
                }
            } while (!closing.await(settings.metricsInterval().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public DurableEventPublisher publisher() {
        return running().publisher();
    }

    @Override
    public Optional<TransactionalEventPublisher> transactional() {
        return Optional.of(running().transactional());
    }

    @Override
    public DurableEventConsumer openConsumer(ConsumerOptions options) {
        Parts now = running();
        QueueName events = QueueName.of(now.queues().eventQueue());
        QueueName queue = options.queue().map(QueueName::of).orElse(events);
        if (!queue.equals(events)) {
            prepareQueue(now.operations(), queue);
        }
        Capabilities capabilities = now.operations()
                .run("look at the queue '" + queue + "'", connection -> Capabilities.of(connection, queue));
        boolean indexed = options.ordered() && GroupIndex.ensure(now.operations(), queue);
        return new PgmqConsumer(
                now.operations(),
                queue,
                options,
                new QueueReader(queue, options, capabilities, indexed),
                capabilities,
                now.settings().pollInterval(),
                now.meters(),
                now.wakeups().waiter(queue));
    }

    @Override
    public Optional<StepSource> openSteps() {
        Parts now = running();
        return now.settings().steps() ? Optional.of(now.steps().get()) : Optional.empty();
    }

    @Override
    public void add(StepRequest request, StepLimits limits) {
        running().sender().add(request, limits);
    }

    private static void prepareQueue(Operations operations, QueueName queue) {
        boolean exists = operations.run("open the queue '" + queue + "'", connection -> {
            if (!Queues.exists(connection, queue)) {
                return false;
            }
            if (!queue.isDeadLetters()) {
                Queues.ensure(connection, queue.deadLetters());
            }
            return true;
        });
        if (!exists) {
            throw new TaskerException(
                    "TASKER-Q113",
                    "there is no queue '" + queue + "'; it is made when a worker of its namespace starts, or by "
                            + "SELECT pgmq.create('" + queue + "')");
        }
    }

    @Override
    public QueueAdministration queues() {
        return running().queues();
    }

    @Override
    public HealthReport check() throws InterruptedException {
        return running().health().check();
    }

    @Override
    public void collect(MetricsSink sink) {
        running().gauges().collect(sink);
    }

    private Parts running() {
        Parts now = parts;
        if (now == null) {
            throw new IllegalStateException("the transport 'pgmq' is not started");
        }
        return now;
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        Parts now = parts;
        if (now == null) {
            return;
        }
        now.transactional().close();
        try {
            now.publisher().drain();
        } finally {
            now.publisher().close();
            now.database().close();
            now.wakeups().close();
        }
    }
}
