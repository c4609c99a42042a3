package tasker.benchmarks.fastpath;

import com.google.common.eventbus.AllowConcurrentEvents;
import com.google.common.eventbus.EventBus;
import com.google.common.eventbus.Subscribe;
import java.util.List;

/** Guava's EventBus: it calls the subscribers on the publisher's own thread, which so waits for each of them. */
final class EventBusPeer implements Peer {
    private final EventBus bus = new EventBus();

    /** A subscriber, as Guava finds it. */
    static final class Subscriber {
        private final Sink sink;

        Subscriber(Sink sink) {
            this.sink = sink;
        }

        /** Called by Guava. */
        @Subscribe
        @AllowConcurrentEvents
        public void on(Event event) {
            synchronized (this) {
                sink.accept(event);
            }
        }
    }

    @Override
    public void deliverTo(List<Sink> sinks) {
        sinks.forEach(sink -> bus.register(new Subscriber(sink)));
    }

    @Override
    public void publish(Event event) {
        bus.post(event);
    }

    @Override
    public void offer(Event event) {
        bus.post(event);
    }

    @Override
    public void subscribeIdle() {
        deliverTo(List.of(Sink.counting(), Sink.counting(), Sink.counting()));
    }

    @Override
    public void close() {}
}
