/** Define every contract that a plugin or an embedding program compiles against. */
@org.jspecify.annotations.NullMarked
module tasker.events.api {
    requires static transitive org.jspecify;

    exports tasker.events.api;
    exports tasker.events.api.spi;
}
