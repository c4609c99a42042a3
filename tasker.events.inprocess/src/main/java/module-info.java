/**
 * Carry events within the process: the broadcast channel and its poller.
 *
 * @provides tasker.events.api.spi.FastTransport carries events through a broadcast channel
 */
@org.jspecify.annotations.NullMarked
module tasker.events.inprocess {
    requires org.slf4j;
    requires static org.jspecify;
    requires transitive tasker.events.api;

    exports tasker.events.inprocess;

    provides tasker.events.api.spi.FastTransport with
            tasker.events.inprocess.InProcessTransport;
}
