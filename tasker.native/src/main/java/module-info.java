/**
 * Host every service of a worker: discover it, start it, route its events, ask for its health and metrics, close it.
 *
 * @uses tasker.events.api.spi.DatabaseProvider runs a database for the worker
 * @uses tasker.events.api.spi.DurableTransport carries events through a durable store
 * @uses tasker.events.api.spi.EventSubscriber follows events of the fast path
 * @uses tasker.events.api.spi.EventTracer records spans
 * @uses tasker.events.api.spi.FastTransport carries events within the process
 * @uses tasker.events.api.spi.HealthContributor reports a component's health
 * @uses tasker.events.api.spi.MetricsSource reports figures
 * @uses tasker.events.api.spi.PayloadValidator checks events against schemas
 * @uses tasker.events.api.spi.StepHandler runs steps
 * @uses tasker.events.api.spi.StepQueue holds steps that wait for a worker
 * @uses tasker.nativecore.WorkerExtension shows or drives the worker
 */
@org.jspecify.annotations.NullMarked
module tasker.nativecore {
    requires java.management;
    requires org.slf4j;
    requires static transitive java.sql;
    requires static transitive org.jspecify;
    requires transitive tasker.events.api;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    exports tasker.nativecore;
    exports tasker.nativecore.config;
    exports tasker.nativecore.consuming;
    exports tasker.nativecore.json;
    exports tasker.nativecore.tls;

    uses tasker.events.api.spi.DatabaseProvider;
    uses tasker.events.api.spi.DurableTransport;
    uses tasker.events.api.spi.EventSubscriber;
    uses tasker.events.api.spi.EventTracer;
    uses tasker.events.api.spi.FastTransport;
    uses tasker.events.api.spi.HealthContributor;
    uses tasker.events.api.spi.MetricsSource;
    uses tasker.events.api.spi.PayloadValidator;
    uses tasker.events.api.spi.StepHandler;
    uses tasker.events.api.spi.StepQueue;
    uses tasker.nativecore.WorkerExtension;
}
