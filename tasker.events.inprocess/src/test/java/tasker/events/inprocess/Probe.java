package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventFlowSubscription;

/** Keep all signals of a stream, and notice two at once. */
class Probe implements Flow.Subscriber<InProcessDomainEvent> {
    final List<String> types = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final AtomicInteger completions = new AtomicInteger();
    final AtomicInteger counted = new AtomicInteger();
    volatile boolean overlapped;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final CompletableFuture<EventFlowSubscription> subscription = new CompletableFuture<>();

    EventFlowSubscription subscription() {
        return subscription.join();
    }

    void awaitTypes(String... expected) {
        Await.until(() -> types.size() >= expected.length);
        assertThat(types).containsExactly(expected);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete((EventFlowSubscription) given);
    }

    @Override
    public void onNext(InProcessDomainEvent event) {
        alone(() -> types.add(event.eventType()));
    }

    @Override
    public void onError(Throwable failure) {
        alone(() -> failures.add(failure));
    }

    @Override
    public void onComplete() {
        alone(completions::incrementAndGet);
    }

    private void alone(Runnable signal) {
        overlapped |= signalled.getAndSet(true);
        signal.run();
        signalled.set(false);
    }
}
