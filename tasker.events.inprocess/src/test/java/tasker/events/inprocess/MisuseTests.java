package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;

/** Check what becomes of those who use the fast path in ways that are not meant, or in numbers that are not usual. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MisuseTests {
    private static final Duration HOURS = Duration.ofHours(10);
    private static final int MANY = 10_000;

    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final AtomicInteger heard = new AtomicInteger();

    MisuseTests() {
        transport.start(TestContext.capacity(8));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void twoThreadsThatWaitInOnePollerAreToldAndNoWakeUpIsLost() throws Exception {
        EventPoller poller = transport.subscribe(EventPattern.all());
        FutureTask<Optional<InProcessDomainEvent>> first = new FutureTask<>(() -> poller.poll(HOURS));
        Thread thread = Thread.ofPlatform().daemon().start(first);
        Await.untilParked(thread);

        assertThatThrownBy(() -> poller.poll(HOURS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Another thread waits");
        publish("order.created");
        assertThat(first.get()).isPresent();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefusedAtOnceAndLeavesNothingBehind() {
        assertThatThrownBy(() -> transport.subscribe(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> transport.flow(null)).isInstanceOf(NullPointerException.class);
        assertThat(transport.subscribers()).isZero();
        assertThatThrownBy(() -> transport.listen("null", EventPattern.all(), null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> transport.listen("null", null, event -> {})).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> transport.listen(null, EventPattern.all(), event -> {}))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> transport.publisher().publish(null)).isInstanceOf(NullPointerException.class);
        assertThat(transport.published()).isZero();
    }

    @Test
    void tenThousandListenersAreAddedCalledAndLetGoOf() {
        List<FastTransport.Registration> registrations = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            registrations.add(
                    transport.listen("many", EventPattern.parse("order." + i), event -> heard.incrementAndGet()));
        }
        FastTransport.Registration all = transport.listen("all", EventPattern.all(), event -> heard.incrementAndGet());
        publish("order.1", "order.9999", "order.10000");
        Await.until(() -> heard.get() == 5);
        registrations.forEach(FastTransport.Registration::close);
        publish("order.1");
        Await.until(() -> heard.get() == 6);
        assertThat(transport.subscribers()).isEqualTo(1);
        all.close();
    }

    @Test
    void tenThousandPollersAndStreamsSeeTheSame() {
        List<EventPoller> pollers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            pollers.add(transport.subscribe(EventPattern.all()));
        }
        publish("order.created");
        for (EventPoller poller : pollers) {
            assertThat(poller.poll()).isPresent();
            poller.close();
        }
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Probe probe = new Probe();
            transport.flow(EventPattern.all()).subscribe(probe);
            probe.subscription().request(2);
            probes.add(probe);
        }
        publish("order.created");
        for (Probe probe : probes) {
            probe.awaitTypes("order.created");
            probe.subscription().cancel();
        }
        Await.until(() -> transport.subscribers() == 0);
        assertThat(transport.dropped()).isZero();
    }

    @Test
    void listenersThatAddAndRemoveOthersAndThemselvesWhileTheyAreCalledDoSo() {
        List<String> calls = new CopyOnWriteArrayList<>();
        AtomicReference<FastTransport.Registration> own = new AtomicReference<>(() -> {});
        AtomicReference<FastTransport.Registration> other = new AtomicReference<>(() -> {});
        CountDownLatch ready = new CountDownLatch(1);
        own.set(transport.listen("first", EventPattern.all(), event -> {
            joinQuietly(ready);
            calls.add("first " + event.eventType());
            own.get().close();
            other.get().close();
            transport.listen("added", EventPattern.all(), next -> calls.add("added " + next.eventType()));
        }));
        other.set(transport.listen("other", EventPattern.all(), event -> calls.add("other " + event.eventType())));
        transport.listen("last", EventPattern.all(), event -> heard.incrementAndGet());
        ready.countDown();
        publish("order.a", "order.b");

        Await.until(() -> heard.get() == 2 && calls.contains("added order.b"));
        assertThat(calls)
                .as("an event that is being delivered still reaches those that are removed meanwhile")
                .containsExactly("first order.a", "other order.a", "added order.b");
    }

    @Test
    void aListenerThatHangsForEverIsLeftBehindByTheCloseAndInterrupted() throws Exception {
        InProcessTransport impatient = new InProcessTransport(Duration.ofMillis(50));
        impatient.start(TestContext.capacity(8));
        CompletableFuture<Thread> hanging = new CompletableFuture<>();
        impatient.listen("hanging", EventPattern.all(), event -> {
            hanging.complete(Thread.currentThread());
            joinQuietly(new CountDownLatch(1));
        });
        impatient.publisher().publish(DomainEvent.of("order.created", Map.of(), "tests"));
        Thread thread = hanging.get();
        impatient.close();
        assertThat(thread.join(Await.LIMIT)).as("its thread ends").isTrue();
    }

    @Test
    void aListenerAndAPollerThatAreGoneAreLetGoOf() {
        FastTransport.Registration last =
                transport.listen("last", EventPattern.all(), event -> heard.incrementAndGet());
        WeakReference<?> listener = listenAndLeave();
        WeakReference<?> poller = subscribeAndLeave();
        publish("order.paid");
        Await.until(() -> heard.get() == 2);
        Await.until(() -> {
            System.gc();
            return listener.refersTo(null) && poller.refersTo(null);
        });
        last.close();
    }

    @Test
    void interruptsOfPublishersAndSubscribersLoseNothing() throws Exception {
        Thread.currentThread().interrupt();
        transport.listen("counting", EventPattern.all(), event -> heard.incrementAndGet());
        EventPoller poller = transport.subscribe(EventPattern.all());
        publish("order.created");
        assertThat(poller.poll(HOURS)).as("what is there needs no wait").isPresent();
        assertThat(Thread.interrupted())
                .as("the interrupt is left to its owner")
                .isTrue();
        Await.until(() -> heard.get() == 1);

        for (int i = 0; i < 100; i++) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("tasker-domain-event-poller"))
                    .forEach(Thread::interrupt);
            publish("order.created");
            int expected = i + 2;
            Await.until(() -> heard.get() == expected);
        }
    }

    private WeakReference<?> listenAndLeave() {
        AtomicInteger own = new AtomicInteger();
        Consumer<InProcessDomainEvent> listener = event -> own.incrementAndGet();
        FastTransport.Registration registration = transport.listen("passing", EventPattern.all(), listener);
        publish("order.created");
        Await.until(() -> own.get() == 1 && heard.get() == 1);
        registration.close();
        return new WeakReference<>(listener);
    }

    private WeakReference<?> subscribeAndLeave() {
        EventPoller poller = transport.subscribe(EventPattern.all());
        assertThat(poller.poll()).isEmpty();
        poller.close();
        return new WeakReference<>(poller);
    }

    private void publish(String... types) {
        for (String type : types) {
            transport.publisher().publish(DomainEvent.of(type, Map.of(), "tests"));
        }
    }

    private static void joinQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
