package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.FastTransport.Registration;

/**
 * Test what {@link FastTransport} promises of listeners.
 *
 * <p>Not tested: what is logged and counted of a listener that throws or is slow, and the bound on one wait. For each
 * event that is published there is a listener that was registered last and therefore knows that the others are done;
 * one listener may be called for an event before or after another.
 */
public abstract class FastListenerContract extends FastContract {
    private final Queue<InProcessDomainEvent> heard = new ConcurrentLinkedQueue<>();

    /** For subclasses. */
    protected FastListenerContract() {}

    /** {@link FastTransport#listen}: called for every event of these types. */
    @Test
    public void aListenerIsCalledForTheTypesThatItAskedFor() throws Exception {
        FastTransport transport = start();
        transport.listen("listener", EventPattern.parse("order.*"), heard::add);
        DomainEvent first = event("order.created");
        DomainEvent last = event("order.paid");
        transport.publisher().publishAll(List.of(first, event("test.happened"), last));

        awaitHeard(last);
        assertThat(heard).containsExactlyElementsOf(seen(List.of(first, last)));
    }

    /** {@link FastTransport#listen}: for events that are published from now on. */
    @Test
    public void aListenerIsNotCalledForEarlierEvents() throws Exception {
        FastTransport transport = start();
        publish(transport, 2);
        transport.listen("listener", ALL, heard::add);
        List<DomainEvent> later = publish(transport, 1);

        awaitHeard(later.getLast());
        assertThat(heard).containsExactlyElementsOf(seen(later));
    }

    /** {@link FastTransport#listen}: each event in the order of the channel. */
    @Test
    public void aListenerIsCalledInOrder() throws Exception {
        FastTransport transport = start();
        transport.listen("listener", ALL, heard::add);
        EventPoller poller = transport.subscribe(ALL);
        int many = Math.max(2, transport.capacity() / 2);
        List<DomainEvent> events = publish(transport, many);

        awaitHeard(events.getLast());
        assertThat(heard).containsExactlyElementsOf(rest(poller));
    }

    /** {@link FastTransport#listen}: all listeners are called on one thread of the transport. */
    @Test
    public void allListenersAreCalledOnOneThread() throws Exception {
        FastTransport transport = start();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch calls = new CountDownLatch(2);
        Consumer<InProcessDomainEvent> listener = event -> {
            threads.add(Thread.currentThread());
            calls.countDown();
        };
        transport.listen("one", ALL, listener);
        transport.listen("other", ALL, listener);
        publish(transport, 1);

        waiting().latch("both are called", calls);
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    /** {@link FastTransport#listen}: a listener that throws does not reach other listeners. */
    @Test
    public void aListenerThatThrowsReachesNoOther() throws Exception {
        FastTransport transport = start();
        AtomicBoolean thrown = new AtomicBoolean();
        transport.listen("broken", ALL, event -> {
            if (!thrown.getAndSet(true)) {
                throw new IllegalStateException("a listener that throws");
            }
        });
        transport.listen("good", ALL, heard::add);
        List<DomainEvent> events = publish(transport, 1);

        awaitHeard(events.getFirst());
    }

    /** {@link FastTransport#listen}: a listener that throws is called again for the next event. */
    @Test
    public void aListenerThatThrowsIsCalledAgain() throws Exception {
        FastTransport transport = start();
        transport.listen("broken", ALL, event -> {
            heard.add(event);
            throw new IllegalStateException("a listener that throws");
        });
        List<DomainEvent> events = publish(transport, 2);

        awaitHeard(events.getLast());
    }

    /** {@link FastTransport#listen(EventPattern, Consumer)}: known by the name of its class. */
    @Test
    public void aListenerNeedsNoName() throws Exception {
        FastTransport transport = start();
        transport.listen(ALL, heard::add);
        List<DomainEvent> events = publish(transport, 1);

        awaitHeard(events.getFirst());
    }

    /** {@link FastTransport#listen}: 1 to 128 letters and digits of any script, {@code . _ $ -}. */
    @Test
    public void aMalformedNameIsRefused() throws Exception {
        FastTransport transport = start();

        for (String name : List.of("", "two words", "x".repeat(129), "a/b")) {
            assertThatThrownBy(() -> transport.listen(name, ALL, heard::add))
                    .as("the name '%s'", name)
                    .isInstanceOf(InvalidValueException.class);
        }
    }

    /** {@link FastTransport#listen}: several may share one name. */
    @Test
    public void listenersMayShareAName() throws Exception {
        FastTransport transport = start();
        CountDownLatch calls = new CountDownLatch(2);
        transport.listen("same", ALL, event -> calls.countDown());
        transport.listen("same", ALL, event -> calls.countDown());
        publish(transport, 1);

        waiting().latch("both are called", calls);
    }

    /** {@link Registration#close}: call the listener no more. */
    @Test
    public void aClosedRegistrationEndsTheCalls() throws Exception {
        FastTransport transport = start();
        Queue<InProcessDomainEvent> ended = new ConcurrentLinkedQueue<>();
        Registration registration = transport.listen("ends", ALL, ended::add);
        transport.listen("goes-on", ALL, heard::add);
        registration.close();
        List<DomainEvent> events = publish(transport, 2);

        // Once the other has the second event, the first is delivered to all.
        awaitHeard(events.getLast());
        assertThat(ended).isEmpty();
    }

    /** {@link Registration#close}: closing twice does nothing. */
    @Test
    public void closingARegistrationTwiceDoesNothing() throws Exception {
        Registration registration = start().listen("ends", ALL, heard::add);
        registration.close();

        assertThatCode(registration::close).doesNotThrowAnyException();
    }

    /** {@link FastTransport#listen}: a closed transport calls no listener. */
    @Test
    public void aClosedTransportTakesAListenerInVain() throws Exception {
        FastTransport transport = start();
        close(transport);

        assertThatCode(() -> transport.listen("late", ALL, heard::add).close()).doesNotThrowAnyException();
    }

    /** {@link FastTransport}: listeners are given the rest before the close returns. */
    @Test
    public void listenersAreGivenTheRestBeforeTheCloseReturns() throws Exception {
        FastTransport transport = start();
        CountDownLatch closing = new CountDownLatch(1);
        transport.listen("slow", ALL, event -> {
            try {
                closing.await();
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
            heard.add(event);
        });
        List<DomainEvent> events = publish(transport, 2);
        closing.countDown();
        close(transport);

        assertThat(heard).containsExactlyElementsOf(seen(events));
    }

    /** {@link FastTransport}: a listener that is still running a second after the close began is interrupted. */
    @Test
    public void aListenerThatHangsIsInterruptedByTheClose() throws Exception {
        FastTransport transport = start();
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        transport.listen("hangs", ALL, event -> {
            called.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException ignored) {
                interrupted.countDown();
            }
        });
        publish(transport, 1);
        waiting().latch("the listener is called", called);
        begin(() -> {
            close(transport);
            return true;
        });

        waiting().latch("the listener is interrupted", interrupted);
    }

    /** {@link FastTransport}: publishing from a callback is allowed; the event comes after those in the channel. */
    @Test
    public void aListenerMayPublish() throws Exception {
        FastTransport transport = start();
        DomainEvent answer = event("order.answered");
        List<DomainEvent> events = List.of(event(), event());
        CountDownLatch published = new CountDownLatch(1);
        transport.listen("answers", EventPattern.parse("test.*"), event -> {
            if (published.getCount() > 0) {
                awaitOnly(transport, events.size());
                transport.publisher().publish(answer);
                published.countDown();
            }
        });
        transport.listen("hears", ALL, heard::add);
        events.forEach(transport.publisher()::publish);

        awaitHeard(answer);
        assertThat(heard).containsExactlyElementsOf(seen(List.of(events.getFirst(), events.getLast(), answer)));
    }

    /** {@link FastTransport}: the close is allowed from a callback, too. */
    @Test
    public void aListenerMayClose() throws Exception {
        FastTransport transport = start();
        CountDownLatch closed = new CountDownLatch(1);
        transport.listen("closes", ALL, event -> {
            try {
                transport.close();
                closed.countDown();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        publish(transport, 1);

        waiting().latch("the close has returned", closed);
    }

    /** Wait until so many events are in the channel. */
    private static void awaitOnly(FastTransport transport, int count) {
        while (transport.published() < count && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private void awaitHeard(DomainEvent event) throws Exception {
        InProcessDomainEvent wanted = InProcessDomainEvent.of(event);
        waiting().until("a listener is called for " + event, () -> heard.contains(wanted));
    }
}
