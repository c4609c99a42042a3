/**
 * Define every contract that a plugin or an embedding program compiles against.
 *
 * <p>{@code java.sql} is needed only by those who publish in a transaction of their own; a runtime without it loads all
 * of this module.
 */
@org.jspecify.annotations.NullMarked
module tasker.events.api {
    requires static transitive java.sql;
    requires static transitive org.jspecify;

    exports tasker.events.api;
    exports tasker.events.api.spi;
}
