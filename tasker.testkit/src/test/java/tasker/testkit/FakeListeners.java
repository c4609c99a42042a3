package tasker.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.FastTransport.Registration;

/** Call listeners as a transport should, but for the promise that is broken. */
final class FakeListeners {
    private static final long PATIENCE_MILLIS = 1_000;

    private final FakeFast transport;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;
    private boolean ownCloseBegan;

    FakeListeners(FakeFast transport) {
        this.transport = transport;
    }

    private record Listener(String name, EventPattern pattern, Consumer<InProcessDomainEvent> call, int from) {}

    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    Registration add(String name, EventPattern pattern, Consumer<InProcessDomainEvent> call) {
        if (!name.matches("[A-Za-z0-9._$-]{1,128}") && !Broken.is("aMalformedNameIsRefused")) {
            throw new InvalidValueException("name", "is '" + name + "'; expected something else");
        }
        synchronized (transport) {
            if (!transport.isOpen()) {
                if (Broken.is("aClosedTransportTakesAListenerInVain")) {
                    throw new IllegalStateException("closed");
                }
                return () -> {};
            }
            int from = Broken.is("aListenerIsNotCalledForEarlierEvents") ? 0 : transport.log.size();
            if (Broken.is("listenersMayShareAName")) {
                listeners.removeIf(other -> other.name().equals(name));
            }
            Listener listener = new Listener(name, pattern, call, from);
            listeners.add(listener);
            if (thread == null) {
                thread = Thread.ofPlatform().daemon().name("fake-listeners").start(() -> deliver(from));
            }
            return new Registration() {
                private boolean closed;

                @Override
                public void close() {
                    if (closed && Broken.is("closingARegistrationTwiceDoesNothing")) {
                        throw new IllegalStateException("closed already");
                    }
                    closed = true;
                    if (!Broken.is("aClosedRegistrationEndsTheCalls")) {
                        listeners.remove(listener);
                    }
                }
            };
        }
    }

    private void deliver(int from) {
        int position = from;
        while (true) {
            DomainEvent event = next(position);
            if (event == null) {
                return;
            }
            call(event, position);
            position++;
        }
    }

    private @Nullable DomainEvent next(int position) {
        synchronized (transport) {
            try {
                boolean held = Broken.is("listenersAreGivenTheRestBeforeTheCloseReturns")
                        && position == 1
                        && listeners.stream()
                                .anyMatch(listener -> listener.name().equals("slow"));
                while ((position >= transport.log.size() || held) && transport.isOpen()) {
                    transport.wait();
                }
                if (held) {
                    return null;
                }
                if (Broken.is("aListenerIsCalledInOrder") && transport.log.size() < FakeFast.CAPACITY / 2) {
                    transport.wait(200);
                }
            } catch (InterruptedException ignored) {
                return null;
            }
            if (position >= transport.log.size()) {
                return null;
            }
            boolean reversed = Broken.is("aListenerIsCalledInOrder") && transport.log.size() == FakeFast.CAPACITY / 2;
            return transport.log.get(reversed ? transport.log.size() - 1 - position : position);
        }
    }

    private void call(DomainEvent event, int position) {
        for (Listener listener : List.copyOf(listeners)) {
            boolean wanted = listener.pattern().matches(event.eventType())
                    || Broken.is("aListenerIsCalledForTheTypesThatItAskedFor");
            if (!wanted || position < listener.from()) {
                continue;
            }
            try {
                if (Broken.is("allListenersAreCalledOnOneThread")) {
                    Thread other = Thread.ofVirtual()
                            .uncaughtExceptionHandler((thread, thrown) -> {})
                            .start(() -> listener.call().accept(InProcessDomainEvent.of(event)));
                    awaitEnd(other);
                } else {
                    listener.call().accept(InProcessDomainEvent.of(event));
                }
            } catch (InterruptedException | RuntimeException e) {
                if (Broken.is("aListenerThatThrowsReachesNoOther")) {
                    return;
                }
                if (Broken.is("aListenerThatThrowsIsCalledAgain")) {
                    listeners.remove(listener);
                }
            }
        }
    }

    private static void awaitEnd(Thread other) throws InterruptedException {
        try {
            other.join();
        } catch (InterruptedException e) {
            other.interrupt();
            throw e;
        }
    }

    void close() throws InterruptedException {
        Thread running = thread;
        if (running == null) {
            return;
        }
        if (running == Thread.currentThread()) {
            if (Broken.is("aListenerMayClose") && !ownCloseBegan) {
                ownCloseBegan = true;
                running.join();
            }
            return;
        }
        running.join(PATIENCE_MILLIS);
        if (!Broken.is("aListenerThatHangsIsInterruptedByTheClose")) {
            running.interrupt();
        }
    }

    /** Runs the contract. */
    static final class Contract extends FastListenerContract {
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
