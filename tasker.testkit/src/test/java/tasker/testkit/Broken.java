package tasker.testkit;

import java.time.Duration;

/** Name the promise that the providers of these tests break; the name is that of the test that must find out. */
final class Broken {
    /** Time enough for a machine that is busy, and short enough for the tests of what never comes. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private static volatile String promise = "";

    private Broken() {}

    static void promise(String name) {
        promise = name;
    }

    static boolean is(String name) {
        return promise.equals(name);
    }
}
