package tasker.observability.http;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StartRefusedException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.WorkerExtension;
import tasker.nativecore.WorkerSystem;

/**
 * Show a worker over HTTP: health for probes, metrics for scrapers, settings and events for people.
 *
 * <p>Listens to this machine alone unless it is told otherwise and has a token or knows clients by certificates.
 * Requests run on platform threads of their own, and on virtual ones when those are taken.
 */
public final class HttpObservability implements WorkerExtension {
    private static final Logger LOG = LoggerFactory.getLogger(HttpObservability.class);

    static final SettingKey<Boolean> ENABLED = SettingKey.flag("enabled", true, "Whether to answer over HTTP at all.");
    static final SettingKey<String> ADDRESS = SettingKey.text(
            "address",
            "127.0.0.1",
            "The address to listen at; one that other machines reach, such as 0.0.0.0, needs a token or tls-client-ca.");
    static final SettingKey<Integer> PORT =
            SettingKey.integer("port", 8081, 0, 65_535, "The port to listen at; 0 takes any that is free.");
    static final SettingKey<Optional<String>> TOKEN = SettingKey.secret(
            "token", "What clients send as 'Authorization: Bearer …' for settings, providers and events.");
    static final SettingKey<Boolean> ALLOW_WITHOUT_TOKEN = SettingKey.flag(
            "allow-without-token",
            false,
            "Whether an address that other machines reach may do without a token and without tls-client-ca: they then get"
                    + " status and metrics, and nothing else.");
    static final SettingKey<HealthDetails> HEALTH_DETAILS = SettingKey.parsed(
            "health-details",
            "always, with-token or never",
            "with-token",
            "Who sees the components' health and not only the status: everybody, who sends the token (where none is"
                    + " set, who shows a certificate; where none is asked for, everybody on this machine), or nobody.",
            HealthDetails::parse);
    static final SettingKey<Integer> MAX_EVENT_STREAMS =
            SettingKey.integer("max-event-streams", 64, 0, 10_000, "How many clients may follow the events at once.");
    static final SettingKey<Duration> HEARTBEAT = SettingKey.millis(
            "heartbeat-ms",
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            "How long an event stream may be silent before a comment shows that it is alive.");

    /** How long a client may take to send a body, or to take in what was written. */
    private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(10);

    private static final int MAX_PLUGIN_BYTES = 64 << 20;
    private static final int STOP_SECONDS = 1;

    private final Duration transferLimit;
    private @Nullable WorkerSystem worker;
    private volatile @Nullable Running running;

    /** Start out without a worker; {@link #attach} gives one. */
    public HttpObservability() {
        this(TRANSFER_LIMIT);
    }

    /** Bound each read from and write to a client by another limit than the one in use. */
    HttpObservability(Duration transferLimit) {
        this.transferLimit = transferLimit;
    }

    @Override
    public String name() {
        return "observability";
    }

    @Override
    public List<SettingKey<?>> settings() {
        List<SettingKey<?>> settings = new ArrayList<>(List.of(ENABLED, ADDRESS, PORT, TOKEN, ALLOW_WITHOUT_TOKEN));
        settings.addAll(TlsSettings.ALL);
        settings.addAll(List.of(HEALTH_DETAILS, MAX_EVENT_STREAMS, HEARTBEAT));
        return List.copyOf(settings);
    }

    @Override
    public void attach(WorkerSystem attached) {
        worker = attached;
    }

    /**
     * Open the port and answer.
     *
     * @throws StartRefusedException {@code TASKER-H101} when other machines could reach the address and there is
     *     neither a token nor an authority for clients' certificates, {@code TASKER-H113} when the files for TLS cannot
     *     be used: the worker does not start
     * @throws TaskerException {@code TASKER-H102} when the port is in use, {@code TASKER-H103} when the address cannot
     *     be listened at
     */
    @Override
    public void start(WorkerContext context) {
        Settings settings = context.settings();
        if (!settings.get(ENABLED)) {
            LOG.info("event=http_disabled setting=observability.enabled");
            return;
        }
        Optional<String> token = settings.get(TOKEN);
        Optional<ServerTls> tls = TlsSettings.read(settings);
        boolean knowsClients = tls.filter(ServerTls::knowsClients).isPresent();
        ListenAddress address = ListenAddress.of(
                settings.get(ADDRESS),
                settings.get(PORT),
                token.isPresent() || knowsClients || settings.get(ALLOW_WITHOUT_TOKEN));
        WorkerSystem attached = Objects.requireNonNull(worker, "attach comes before start");
        EventStreams streams =
                new EventStreams(attached, context.meters(), settings.get(HEARTBEAT), settings.get(MAX_EVENT_STREAMS));
        Access access = new Access(
                token, knowsClients, address.configured(), address.address().isLoopbackAddress());
        List<Route> routes = routes(attached, context, streams, access);
        ServerLimits.apply();
        HttpServer server = address.bind(tls);
        Deadlines deadlines = new Deadlines(transferLimit);
        RequestThreads threads = new RequestThreads();
        server.createContext("/", new Router(routes, access, deadlines, new RequestCounter(context.meters()), threads));
        server.setExecutor(threads);
        URI endpoint = address.reachableAt(server);
        running = new Running(server, threads, streams, deadlines, endpoint);
        server.start();
        LOG.info(
                "event=http_started endpoint={} token={} client_certificates={}",
                endpoint,
                token.isPresent() ? "set" : "none",
                knowsClients ? settings.get(TlsSettings.CLIENT_AUTH) : "none");
    }

    @Override
    public Optional<URI> endpoint() {
        return Optional.ofNullable(running).map(Running::endpoint);
    }

    /** Let answers under way finish, end event streams, and close the port. */
    @Override
    public void close() {
        Running last = running;
        running = null;
        if (last != null) {
            last.streams().close();
            last.server().stop(STOP_SECONDS);
            last.threads().close();
            last.deadlines().close();
            LOG.info("event=http_stopped endpoint={}", last.endpoint());
        }
    }

    private static List<Route> routes(WorkerSystem worker, WorkerContext context, EventStreams streams, Access access) {
        String workerId = context.worker().workerId();
        HealthDetails details = context.settings().get(HEALTH_DETAILS);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new HealthEndpoints(worker, workerId, details, access).routes());
        routes.addAll(new MetricsEndpoints(worker, context.meters()).routes());
        routes.addAll(WorkerEndpoints.routes(worker));
        routes.addAll(new LoggerEndpoints(worker).routes());
        routes.addAll(new PluginEndpoints(worker, access, MAX_PLUGIN_BYTES).routes());
        routes.add(new Overview(worker, streams.id(), details, access).route());
        routes.add(streams.route());
        routes.add(new EventIntake(worker, workerId).route());
        routes.add(new StepIntake(worker).route());
        routes.add(WorkerEndpoints.index(workerId, routes));
        routes.addAll(Page.routes());
        return List.copyOf(routes);
    }

    /** What {@link #close} has to let go of. */
    private record Running(
            HttpServer server, RequestThreads threads, EventStreams streams, Deadlines deadlines, URI endpoint) {}
}
