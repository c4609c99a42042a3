package tasker.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.WorkerContext;

/** Follow events as a subscriber should, but for the promise that is broken. */
public final class FakeSubscriber implements EventSubscriber {
    private final AtomicInteger handled = new AtomicInteger();
    private volatile Thread starter = Thread.currentThread();
    private volatile boolean failed;

    /** Made by the tests. */
    public FakeSubscriber() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void start(WorkerContext context) {
        starter = Thread.currentThread();
    }

    @Override
    public EventPattern pattern() {
        return EventPattern.parse(Broken.is("thePatternMatchesWhatItHandles") ? "other.*" : "test.*");
    }

    @Override
    public void handle(InProcessDomainEvent event) {
        boolean breaks = (Broken.is("oneThreadDeliversManyEvents") && handled.incrementAndGet() > 1)
                || (Broken.is("goesOnAfterAnError") && failed);
        if (breaks) {
            throw new IllegalStateException("not this one");
        }
    }

    @Override
    public void after(InProcessDomainEvent event) {
        if (Broken.is("theHooksHandleAnEvent") && starter == Thread.currentThread() && !failed) {
            throw new IllegalStateException("not this one");
        }
    }

    @Override
    public void onError(InProcessDomainEvent event, Throwable thrown) {
        failed = true;
    }

    /** Runs the contract. */
    static final class Contract extends EventSubscriberContract {
        @Override
        protected EventSubscriber create() {
            return new FakeSubscriber();
        }

        @Override
        protected InProcessDomainEvent event() {
            return InProcessDomainEvent.of(DomainEvent.of("test.happened", Map.of(), "test"));
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
