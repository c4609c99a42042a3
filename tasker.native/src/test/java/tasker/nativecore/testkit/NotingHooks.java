package tasker.nativecore.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.spi.StepEventPublisher;

/** Note every call, and throw in one of them. */
public final class NotingHooks implements StepEventPublisher {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private volatile String bad = "";
    private volatile String empty = "";
    private volatile boolean wanted = true;

    /** What was called, in order. */
    public List<String> calls() {
        return calls;
    }

    /** What was told of events that were not published. */
    public List<Throwable> errors() {
        return errors;
    }

    /** Throw in this hook from now on. */
    public void throwIn(String hook) {
        bad = hook;
    }

    /** Return null from this hook from now on. */
    public void returnNullFrom(String hook) {
        empty = hook;
    }

    /** Want no event from now on. */
    public void wantNone() {
        wanted = false;
    }

    private void call(String hook) {
        calls.add(hook);
        if (hook.equals(bad)) {
            throw new IllegalStateException("bad " + hook);
        }
    }

    @Override
    public boolean shouldPublish(StepEvent declared, StepOutcome outcome) {
        call("should");
        return wanted;
    }

    @Override
    public Map<String, @Nullable Object> transformPayload(
            StepEvent declared, StepOutcome outcome, Map<String, @Nullable Object> payload) {
        call("transform");
        payload.put("extra", true);
        return returned("transform", payload);
    }

    @Override
    public Map<String, String> additionalMetadata(StepEvent declared, StepOutcome outcome) {
        call("metadata");
        return returned("metadata", Map.of("tenant", "acme"));
    }

    /** As a plugin may do that is compiled without checks for null. */
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private <T> T returned(String hook, T value) {
        return hook.equals(empty) ? null : value;
    }

    @Override
    public void beforePublish(DomainEvent event) {
        call("before");
    }

    @Override
    public void afterPublish(DomainEvent event) {
        call("after");
    }

    @Override
    public void onPublishError(StepEvent declared, StepOutcome outcome, Throwable cause) {
        errors.add(cause);
        call("error");
    }
}
