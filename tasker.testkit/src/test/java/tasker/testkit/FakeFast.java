package tasker.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.WorkerContext;

/** Carry events as a fast transport should, simply, but for the promise that is broken; guarded by itself. */
public final class FakeFast implements FastTransport {
    static final int CAPACITY = 16;

    final List<DomainEvent> log = new ArrayList<>();
    private final List<FakePoller> pollers = new ArrayList<>();
    private final Publisher publisher = new Publisher();
    private final FakeListeners listeners = new FakeListeners(this);
    private final FakeFlows flows = new FakeFlows(this);
    private boolean started;
    private boolean closed;
    private int made;
    private int open;
    private long uncounted;
    private long dropped;

    /** Made by the tests. */
    public FakeFast() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public synchronized void start(WorkerContext context) {
        started = true;
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (!log.isEmpty()
                    && (Broken.is("aPublishBesideTheCloseReachesSubscribersOrFails")
                            || (Broken.is("theRestIsThereAfterTheClose") && log.size() == 2))) {
                log.removeLast();
            }
            closed = true;
            notifyAll();
        }
        flows.close();
        listeners.close();
    }

    synchronized boolean isOpen() {
        return started && !closed;
    }

    synchronized boolean isStarted() {
        return started;
    }

    int oldest() {
        return Math.max(0, log.size() - CAPACITY);
    }

    void drop(FakePoller poller, long count) {
        if (poller.index == 0 || !Broken.is("droppedIsTheSumOfWhatSubscribersMissed")) {
            dropped += count;
        }
    }

    void remove(FakePoller poller) {
        pollers.remove(poller);
        if (!Broken.is("subscribersCountsOpenSubscriptions")) {
            open--;
        }
        if (Broken.is("droppedRemembersPastSubscribers")) {
            dropped -= poller.missed();
        }
    }

    @Override
    public DomainEventPublisher publisher() {
        return Broken.is("thePublisherIsTheSameAtEachCall") ? new Publisher() : publisher;
    }

    @Override
    public synchronized EventPoller subscribe(EventPattern pattern) {
        int back = Broken.is("receivesWhatIsPublishedFromNowOn") ? 1 : 0;
        return poller(pattern, Math.max(0, log.size() - back));
    }

    synchronized FakePoller poller(EventPattern pattern, int position) {
        FakePoller poller = new FakePoller(this, pattern, position, made++, isOpen());
        pollers.add(poller);
        open++;
        return poller;
    }

    @Override
    public synchronized EventPoller subscribe(EventPattern pattern, long position) {
        long from = position;
        if (Broken.is("asManyEventsAreKeptAsItsCapacitySays")) {
            from = oldest() + 1L;
        } else if (Broken.is("aSubscriptionGoesOnFromAPosition") && position == log.size() - 1) {
            from--;
        } else if (Broken.is("aPositionThatNoEventHasReachedIsThatOfTheNext") && position > log.size()) {
            from = 0;
        } else if (position < 0) {
            from = Broken.is("aPositionBelowZeroIsZero") ? log.size() : 0;
        }
        if (Broken.is("whatWasOverwrittenBeforeASubscriptionCountsAsMissed")) {
            from = Math.max(from, oldest());
        }
        return poller(pattern, (int) Math.min(from, log.size()));
    }

    @Override
    public Registration listen(EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        return Broken.is("aListenerNeedsNoName") ? () -> {} : FastTransport.super.listen(pattern, listener);
    }

    @Override
    public Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        return listeners.add(name, pattern, listener);
    }

    @Override
    public Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
        return flows.of(pattern);
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public synchronized long published() {
        return (long) log.size() + uncounted + (Broken.is("publishedCountsEveryEvent") ? 1 : 0);
    }

    @Override
    public synchronized long dropped() {
        return dropped;
    }

    @Override
    public synchronized int subscribers() {
        return open;
    }

    synchronized void add(DomainEvent event) {
        boolean accepted = isOpen() || (Broken.is("publishingBeforeTheStartFails") && !started);
        if (!accepted) {
            throw new PublishException("TASKER-F101", "the channel is closed; start it", false, null);
        }
        try {
            while (Broken.is("noSubscriberBlocksAPublisher")
                    && pollers.stream().anyMatch(poller -> log.size() - poller.position() > 2 * CAPACITY)) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new PublishException("TASKER-F101", "interrupted", false, e);
        }
        if (Broken.is("aListenerMayPublish") && listeners.isOwnThread()) {
            log.add(log.size() - 1, event);
        } else {
            log.add(event);
        }
        notifyAll();
    }

    private final class Publisher implements DomainEventPublisher {
        @Override
        public DeliveryPath path() {
            return Broken.is("thePublisherIsOfTheFastPath") ? DeliveryPath.DURABLE : DeliveryPath.FAST;
        }

        @Override
        public void publish(DomainEvent event) {
            synchronized (FakeFast.this) {
                if (closed && Broken.is("publishingAfterTheCloseFails")) {
                    log.add(event);
                } else {
                    add(event);
                }
            }
        }

        @Override
        public void publishAll(List<DomainEvent> events) {
            List<DomainEvent> order = new ArrayList<>(events);
            if (Broken.is("publishAllKeepsTheOrder")) {
                Collections.reverse(order);
            }
            if (order.isEmpty() && Broken.is("publishAllOfNothingDoesNothing")) {
                order.add(DomainEvent.of("test.nothing", java.util.Map.of(), "fake"));
            }
            order.forEach(FakeFast.this::add);
        }

        @Override
        public CompletableFuture<Void> publishAsync(DomainEvent event) {
            boolean pretends = (Broken.is("publishAsyncCompletesWhenTheEventIsVisible") && isOpen())
                    || (Broken.is("aFutureFailsWithWhatPublishWouldThrow") && !isOpen());
            try {
                if (pretends) {
                    uncounted++;
                } else {
                    add(event);
                }
                return CompletableFuture.completedFuture(null);
            } catch (PublishException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    /** Runs the contract. */
    static final class Contract extends FastTransportContract {
        @Override
        protected FastTransport create() {
            return new FakeFast();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
