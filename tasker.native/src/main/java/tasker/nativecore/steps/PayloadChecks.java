package tasker.nativecore.steps;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.PayloadValidator;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Check payloads with a validator that may throw, answer nothing or never end: that fails the event, and nothing else.
 *
 * <p>Checks run on a few platform threads of their own. A check that takes too long is interrupted and left behind;
 * when one hangs on each thread, all further ones fail at once. Safe for use by many threads.
 */
final class PayloadChecks implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int IDLE_SECONDS = 10;

    private final PayloadValidator validator;
    private final Duration patience;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger hanging = new AtomicInteger();

    PayloadChecks(PayloadValidator validator) {
        this(validator, PATIENCE, Math.max(4, Runtime.getRuntime().availableProcessors()));
    }

    /** Check on so many threads, and wait so long for each check. */
    PayloadChecks(PayloadValidator validator, Duration patience, int most) {
        this.validator = validator;
        this.patience = patience;
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name("tasker-payload-check-", 0)
                        .factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether this very validator checks. */
    @SuppressWarnings("ReferenceEquality")
    boolean isBy(PayloadValidator other) {
        return validator == other;
    }

    /**
     * Prepare the schema of an event that a handler declares.
     *
     * @throws TaskerException {@code TASKER-S111} when the validator refuses it
     */
    PayloadValidator.Schema compile(String handler, StepEvent event, String text) {
        PayloadValidator.@Nullable Schema schema;
        try {
            schema = Foreign.call(validator, () -> validator.compile(text));
        } catch (RuntimeException | Error e) {
            throw refused(handler, event, Failures.message(e), e);
        }
        if (schema == null) {
            throw refused(handler, event, "it returned null", null);
        }
        return (Map<String, @Nullable Object> payload) -> problems(schema, payload);
    }

    private TaskerException refused(String handler, StepEvent event, String reason, @Nullable Throwable cause) {
        return new TaskerException(
                "TASKER-S111",
                "handler '" + handler + "' declares a JSON Schema for " + event.eventType() + " that the validator '"
                        + validator.name() + "' refuses: " + reason,
                cause);
    }

    private List<String> problems(PayloadValidator.Schema schema, Map<String, @Nullable Object> payload) {
        if (hanging.get() >= threads.getMaximumPoolSize()) {
            throw failed("hangs in " + hanging.get() + " checks", null);
        }
        Check check = new Check(schema, payload);
        try {
            Future<List<String>> answer = threads.submit(check::run);
            try {
                return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | InterruptedException e) {
                check.leaveBehind();
                answer.cancel(true);
                threads.purge();
                throw e;
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof TaskerException coded && coded.code().equals("TASKER-S112")
                    ? coded
                    : failed("threw " + Failures.describe(cause), cause);
        } catch (TimeoutException e) {
            throw failed("did not answer within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        } catch (RejectedExecutionException e) {
            throw failed("is closed with the worker", e);
        }
    }

    private TaskerException failed(String problem, @Nullable Throwable cause) {
        return new TaskerException("TASKER-S112", "the validator '" + validator.name() + "' " + problem, cause);
    }

    /** Interrupt what hangs, and check no more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** One check, which knows whether anybody waits for it. */
    private final class Check {
        private final PayloadValidator.Schema schema;
        private final Map<String, @Nullable Object> payload;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();

        Check(PayloadValidator.Schema schema, Map<String, @Nullable Object> payload) {
            this.schema = schema;
            this.payload = payload;
        }

        List<String> run() {
            if (!begun.compareAndSet(false, true)) {
                return List.of();
            }
            try {
                @Nullable List<String> problems = Foreign.call(schema, () -> schema.problems(payload));
                if (problems == null) {
                    throw failed("returned null", null);
                }
                return problems.stream().map(String::valueOf).toList();
            } finally {
                if (!over.compareAndSet(false, true)) {
                    hanging.decrementAndGet();
                }
            }
        }

        /** Count it as hanging until it ends; one that has not begun never will. */
        void leaveBehind() {
            boolean running = !begun.compareAndSet(false, true);
            if (running) {
                hanging.incrementAndGet();
                if (!over.compareAndSet(false, true)) {
                    hanging.decrementAndGet();
                }
            }
        }
    }
}
