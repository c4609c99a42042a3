package tasker.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventFlowSubscription;
import tasker.events.api.spi.FastTransport;

/** Feed reactive streams as a transport should, but for the promise that is broken. */
final class FakeFlows {
    private final FakeFast transport;
    private final ReentrantLock one = new ReentrantLock();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    FakeFlows(FakeFast transport) {
        this.transport = transport;
    }

    Flow.Publisher<InProcessDomainEvent> of(EventPattern pattern) {
        AtomicBoolean used = new AtomicBoolean();
        EventPattern effective = Broken.is("aSubscriberGetsTheTypesThatItAskedFor") ? EventPattern.all() : pattern;
        return subscriber -> {
            if (!used.getAndSet(true) || !Broken.is("onePublisherServesManySubscribers")) {
                Subscription subscription = new Subscription((FakePoller) transport.subscribe(effective), subscriber);
                subscriber.onSubscribe(subscription);
                Thread.Builder builder = Broken.is("signalsComeFromAVirtualThread")
                        ? Thread.ofPlatform().daemon()
                        : Thread.ofVirtual();
                threads.add(builder.start(subscription::run));
            }
        };
    }

    /** Let those with demand have the rest. */
    void close() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(200);
        }
    }

    private final class Subscription implements EventFlowSubscription {
        private final FakePoller poller;
        private final Flow.Subscriber<? super InProcessDomainEvent> subscriber;
        private long demand;
        private boolean cancelled;
        private @Nullable IllegalArgumentException refused;

        Subscription(FakePoller poller, Flow.Subscriber<? super InProcessDomainEvent> subscriber) {
            this.poller = poller;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            synchronized (transport) {
                if (count > 0) {
                    boolean more =
                            Broken.is("aSubscriberGetsNoMoreThanItAskedFor") && count == 1 && transport.log.isEmpty();
                    demand = Math.max(demand, count + (more ? 1 : 0));
                } else if (!Broken.is("aRequestThatIsNotPositiveFailsTheStream")) {
                    refused = new IllegalArgumentException("request(" + count + ")");
                }
                transport.notifyAll();
            }
        }

        @Override
        public void cancel() {
            synchronized (transport) {
                if (!Broken.is("aCancelledSubscriptionEnds")) {
                    cancelled = true;
                }
                transport.notifyAll();
            }
        }

        @Override
        public long missed() {
            return Broken.is("aSubscriptionCountsWhatItMissed") ? 0 : poller.missed();
        }

        void run() {
            try {
                Optional<InProcessDomainEvent> event = next();
                while (event.isPresent()) {
                    hand(event.get());
                    event = next();
                }
            } catch (RuntimeException e) {
                if (Broken.is("aSubscriberThatThrowsIsCancelled")) {
                    return;
                }
            }
            poller.close();
        }

        private void hand(InProcessDomainEvent event) {
            boolean shared = Broken.is("aSlowSubscriberDelaysNoOther");
            if (shared) {
                one.lock();
            }
            try {
                subscriber.onNext(event);
            } finally {
                if (shared) {
                    one.unlock();
                }
            }
        }

        /** The next event when there is demand; empty at the end. */
        private Optional<InProcessDomainEvent> next() {
            synchronized (transport) {
                while (true) {
                    IllegalArgumentException refusal = refused;
                    if (refusal != null) {
                        subscriber.onError(refusal);
                        return Optional.empty();
                    }
                    if (cancelled) {
                        return Optional.empty();
                    }
                    Optional<InProcessDomainEvent> event = demand > 0 ? poller.poll() : Optional.empty();
                    if (event.isPresent()) {
                        demand--;
                        return event;
                    }
                    if (poller.isClosed()) {
                        if (!Broken.is("aStreamCompletesAfterTheRest")) {
                            subscriber.onComplete();
                        }
                        return Optional.empty();
                    }
                    try {
                        transport.wait();
                    } catch (InterruptedException ignored) {
                        return Optional.empty();
                    }
                }
            }
        }
    }

    /** Runs the contract. */
    static final class Contract extends FastFlowContract {
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
