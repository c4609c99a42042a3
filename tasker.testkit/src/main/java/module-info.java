/**
 * Test that a provider of a service keeps every promise of the service's Javadoc.
 *
 * <p>For tests only; never part of a runtime image.
 */
@org.jspecify.annotations.NullMarked
module tasker.testkit {
    requires transitive org.assertj.core;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires transitive tasker.events.api;

    exports tasker.testkit;
}
