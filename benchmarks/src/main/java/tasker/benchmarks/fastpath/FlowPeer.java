package tasker.benchmarks.fastpath;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** The JDK's {@link SubmissionPublisher}: a buffer for each subscriber, filled under a lock. */
final class FlowPeer implements Peer {
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private SubmissionPublisher<Event> publisher = new SubmissionPublisher<>(threads, CAPACITY);

    @Override
    public void deliverTo(List<Sink> sinks) {
        sinks.forEach(sink -> publisher.subscribe(new Subscriber(sink)));
    }

    @Override
    public void publish(Event event) {
        publisher.submit(event);
    }

    @Override
    public void offer(Event event) {
        publisher.offer(event, null);
    }

    /** They run when they are told to, on the publisher's thread. */
    @Override
    public void subscribeIdle() {
        Executor later = waiting::add;
        publisher.close();
        publisher = new SubmissionPublisher<>(later, CAPACITY);
        for (int i = 0; i < 3; i++) {
            publisher.subscribe(new Subscriber(Sink.counting()));
        }
        settle();
    }

    @Override
    public void settle() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    @Override
    public boolean settles() {
        return false;
    }

    @Override
    public void close() {
        publisher.close();
        threads.shutdown();
    }

    private record Subscriber(Sink sink) implements Flow.Subscriber<Event> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Event event) {
            sink.accept(event);
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException(failure);
        }

        @Override
        public void onComplete() {}
    }
}
