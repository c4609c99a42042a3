package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/** Check that whatever callbacks throw is found in the log with its stack, and does not fill it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureLogTests {
    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);
    private final LogLines listenerLog = LogLines.of(InProcessDomainEventPoller.class);
    private final LogLines streamLog = LogLines.of(InProcessTransport.class);
    private final AtomicInteger heard = new AtomicInteger();

    FailureLogTests() {
        transport.start(TestContext.capacity(64));
    }

    @AfterEach
    void close() {
        transport.close();
        listenerLog.close();
        streamLog.close();
    }

    @Test
    void oneEventThatMakesSeveralListenersOfOneNameThrowLeavesAllTheirStacks() {
        transport.listen("shared", EventPattern.all(), event -> {
            throw new IllegalStateException("first");
        });
        transport.listen("shared", EventPattern.all(), event -> {
            throw new IllegalStateException("second");
        });
        transport.listen("shared", EventPattern.all(), event -> {
            throw new AssertionError("third");
        });
        publishAndAwait(1);
        assertThat(listenerLog.failures())
                .containsExactly(
                        IllegalStateException.class.getName(),
                        IllegalStateException.class.getName(),
                        AssertionError.class.getName());
    }

    @Test
    void eachKindOfFailureOfAListenerIsLoggedOnceInAWhile() {
        AtomicInteger calls = new AtomicInteger();
        transport.listen("moody", EventPattern.all(), event -> {
            if (calls.incrementAndGet() % 2 == 0) {
                throw new UncheckedIOException(new IOException("no disk"));
            }
            throw new IllegalStateException("bad mood");
        });
        publishAndAwait(50);
        assertThat(listenerLog.failures())
                .containsExactly(IllegalStateException.class.getName(), UncheckedIOException.class.getName());
        assertThat(listenerLog.with("listener=moody"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("errors=1"),
                        second -> assertThat(second).contains("errors=2"));
    }

    @Test
    void aFailureThatCannotBePrintedStopsNoListener() {
        transport.listen("hostile", EventPattern.all(), event -> {
            throw new Hostile();
        });
        publishAndAwait(3);
        assertThat(listenerLog.with("listener=hostile")).hasSize(1);
        assertThat(listenerLog.failures()).hasSize(1);
    }

    @Test
    void oneEventThatMakesSeveralStreamsThrowNamesThemAll() {
        transport.flow(EventPattern.all()).subscribe(failing(new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                throw new IllegalStateException("one stream");
            }
        }));
        transport.flow(EventPattern.all()).subscribe(failing(new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                throw new IllegalStateException("another stream");
            }
        }));
        transport.flow(EventPattern.all()).subscribe(failing(new Probe() {
            @Override
            public void onNext(InProcessDomainEvent event) {
                throw new Hostile();
            }
        }));
        publishAndAwait(1);
        Await.until(() -> streamLog.with("TASKER-F105").size() == 3);
        assertThat(streamLog.failures()).hasSize(3);
        Await.until(() -> transport.subscribers() == 1);
    }

    @Test
    void failuresOfCountlessKindsAreFew() {
        FailureLog log = new FailureLog();
        List<Throwable> logged = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            log.log("callback-" + i, new IllegalStateException("one of many"), logged::add);
        }
        assertThat(logged).hasSize(FailureLog.MAX_KINDS + 1);
    }

    private static Probe failing(Probe probe) {
        Thread.ofVirtual().start(() -> probe.subscription().request(1));
        return probe;
    }

    /** Publish, and wait until the last listener, which is added for that, has heard all of it. */
    private void publishAndAwait(int events) {
        transport.listen("last", EventPattern.all(), event -> heard.incrementAndGet());
        for (int i = 0; i < events; i++) {
            transport.publisher().publish(DomainEvent.of("order.created", Map.of(), "tests"));
        }
        Await.until(() -> heard.get() == events);
    }

    /** An exception of which nothing can be asked. */
    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }
}
