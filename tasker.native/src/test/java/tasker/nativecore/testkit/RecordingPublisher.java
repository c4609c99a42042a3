package tasker.nativecore.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.PublishOptions;

/** Keep what is published, and do first what a test says. */
public final class RecordingPublisher implements DurableEventPublisher {
    private final DeliveryPath path;
    private final List<DomainEvent> published = Collections.synchronizedList(new ArrayList<>());
    private final List<PublishOptions> options = new CopyOnWriteArrayList<>();
    private volatile Consumer<DomainEvent> before = event -> {};

    private volatile boolean withoutFuture;

    RecordingPublisher(DeliveryPath path) {
        this.path = path;
    }

    /** Do this, which may throw, before each event is taken. */
    public void before(Consumer<DomainEvent> action) {
        before = action;
    }

    /** What was published. */
    public List<DomainEvent> published() {
        synchronized (published) {
            return List.copyOf(published);
        }
    }

    /** With which options, for each event. */
    public List<PublishOptions> options() {
        return options;
    }

    @Override
    public DeliveryPath path() {
        return path;
    }

    @Override
    public void publish(DomainEvent event, PublishOptions with) {
        before.accept(event);
        published.add(event);
        options.add(with);
    }

    @Override
    public void publishAll(List<DomainEvent> events, PublishOptions with) {
        events.forEach(before);
        published.addAll(events);
        events.forEach(event -> options.add(with));
    }

    /** Return no future from now on. */
    public void withoutFuture() {
        withoutFuture = true;
    }

    @Override
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // breaking the contract is the point
    public CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions with) {
        if (withoutFuture) {
            return null;
        }
        return CompletableFuture.runAsync(() -> publish(event, with), task -> Thread.startVirtualThread(task));
    }
}
