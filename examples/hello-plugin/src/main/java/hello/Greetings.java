package hello;

import java.util.concurrent.atomic.LongAdder;

/** Count what happened, for the health; shared by the services of this plugin, and safe for use by many threads. */
final class Greetings {
    static final LongAdder GREETED = new LongAdder();
    static final LongAdder REFUSED = new LongAdder();

    private Greetings() {}
}
