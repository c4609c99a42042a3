/**
 * Start a worker from the command line, with the plugins that lie beside it.
 *
 * @provides ch.qos.logback.classic.spi.Configurator sets the log up in code
 */
@org.jspecify.annotations.NullMarked
module tasker.bootstrap {
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires info.picocli;
    requires static java.logging;
    requires java.management;
    requires jdk.unsupported;
    requires org.slf4j;
    requires static org.jspecify;
    requires tasker.nativecore;

    opens tasker.bootstrap.cli to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            tasker.bootstrap.logging.LogbackConfigurator;
}
