package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.FastTransport;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.TestTransports;

/** How subscribers with hooks follow events. */
class SubscriberTests {
    private static final InProcessDomainEvent EVENT =
            InProcessDomainEvent.of(DomainEvent.of("order.created", Map.of(), "test"));

    private final TestTransports.Fast fast = new TestTransports.Fast();
    private final Hooks hooks = new Hooks();

    @Test
    void theHooksAreCalledInOrderAndCounted() {
        try (WorkerSystem worker = start()) {
            FastTransport.Registration registration = worker.register(hooks);
            fast.deliver(EVENT);

            assertThat(hooks.calls).containsExactly("before", "handle", "after");
            assertThat(worker.subscribers()).containsEntry("hooks", new SubscriberFigures(true, 1, 1, 0, 0));

            registration.close();
            fast.deliver(EVENT);
            assertThat(worker.subscribers()).containsEntry("hooks", new SubscriberFigures(false, 1, 1, 0, 0));
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_subscriber_events_total{outcome=handled, subscriber=hooks}", 1L)
                    .containsEntry("tasker_subscriber_active{subscriber=hooks}", 0.0);
        }
    }

    @Test
    void anExceptionGoesToTheErrorHookAndIsCountedWhateverThatDoes() {
        try (WorkerSystem worker = start()) {
            FastTransport.Registration ignored = worker.register(hooks);
            hooks.bad = "handle";
            fast.deliver(EVENT);
            assertThat(hooks.calls).containsExactly("before", "handle", "error");

            hooks.errorHookIsBad = true;
            fast.deliver(EVENT);
            hooks.bad = "";
            fast.deliver(EVENT);
            assertThat(worker.subscribers()).containsEntry("hooks", new SubscriberFigures(true, 3, 1, 2, 1));
            assertThat(fast.failures())
                    .as("the transport is told, and logs it")
                    .extracting(Throwable::getMessage)
                    .containsExactly("bad handle", "bad handle");
        }
    }

    @Test
    void aSubscriberThatIsGoneIsLetGoOf() {
        try (WorkerSystem worker = start()) {
            FastTransport.Registration[] kept = new FastTransport.Registration[1];
            WeakReference<Hooks> gone = registerAndClose(worker, kept);
            Await.until("the subscriber is garbage", () -> {
                System.gc();
                return gone.get() == null;
            });
            assertThat(kept[0]).isNotNull();
            assertThat(worker.subscribers()).containsEntry("passing", new SubscriberFigures(false, 0, 0, 0, 0));
        }
    }

    @Test
    void namesOfPastSubscribersAreFew() {
        try (WorkerSystem worker = start()) {
            FastTransport.Registration ignored = worker.register(hooks);
            for (int i = 0; i < 3 * Subscribers.MAX_FORMER; i++) {
                worker.register(new Hooks("passing-" + i)).close();
            }
            assertThat(worker.subscribers())
                    .hasSizeLessThanOrEqualTo(Subscribers.MAX_FORMER + 2)
                    .containsKeys("hooks", "passing-" + (3 * Subscribers.MAX_FORMER - 1));
        }
    }

    private static WeakReference<Hooks> registerAndClose(WorkerSystem worker, FastTransport.Registration[] kept) {
        Hooks passing = new Hooks("passing");
        kept[0] = worker.register(passing);
        kept[0].close();
        return new WeakReference<>(passing);
    }

    @Test
    void aSubscriberThatIsAServiceFollowsFromTheStartToTheClose() {
        WorkerSystem worker = WorkerSystem.builder(Configuration.builder().build())
                .service(fast)
                .service(hooks)
                .build();
        worker.start();
        fast.deliver(EVENT);
        assertThat(worker.subscribers()).containsEntry("hooks", new SubscriberFigures(true, 1, 1, 0, 0));

        worker.close();
        assertThat(worker.subscribers()).containsEntry("hooks", new SubscriberFigures(false, 1, 1, 0, 0));
    }

    @Test
    void oneNameIsForOneSubscriberAtATime() {
        try (WorkerSystem worker = start()) {
            FastTransport.Registration registration = worker.register(hooks);

            assertThatThrownBy(() -> worker.register(new Hooks())).hasMessageStartingWith("TASKER-W209");
            registration.close();
            FastTransport.Registration ignored = worker.register(new Hooks());
        }
    }

    private WorkerSystem start() {
        WorkerSystem worker = WorkerSystem.builder(Configuration.builder().build())
                .service(fast)
                .build();
        worker.start();
        return worker;
    }

    private static final class Hooks implements EventSubscriber {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final String name;
        private String bad = "";
        private boolean errorHookIsBad;

        Hooks() {
            this("hooks");
        }

        Hooks(String name) {
            this.name = name;
        }

        private void call(String hook) {
            calls.add(hook);
            if (hook.equals(bad)) {
                throw new IllegalStateException("bad " + hook);
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public EventPattern pattern() {
            return EventPattern.parse("order.*");
        }

        @Override
        public void before(InProcessDomainEvent event) {
            call("before");
        }

        @Override
        public void handle(InProcessDomainEvent event) {
            call("handle");
        }

        @Override
        public void after(InProcessDomainEvent event) {
            call("after");
        }

        @Override
        public void onError(InProcessDomainEvent event, Throwable thrown) {
            call("error");
            if (errorHookIsBad) {
                throw new IllegalStateException("bad error hook");
            }
        }
    }
}
