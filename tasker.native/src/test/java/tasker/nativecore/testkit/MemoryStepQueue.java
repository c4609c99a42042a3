package tasker.nativecore.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;

/** Hold steps in memory as a durable queue does: hidden while they run, fenced by the count of their reads. */
public final class MemoryStepQueue implements StepQueue, StepSource {
    private static final long LOOK_NANOS = 10_000_000;

    private final Duration visibility;
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final List<StepSettlement> settled = new CopyOnWriteArrayList<>();
    private final Map<String, String> dead = new LinkedHashMap<>();
    private volatile Consumer<StepSettlement> beforeSettle = settlement -> {};
    private volatile int mostAsked;
    private int number;

    /** Hide what is received for this long. */
    public MemoryStepQueue(Duration visibility) {
        this.visibility = visibility;
    }

    /** Add a step. */
    public synchronized void add(StepRequest request, StepLimits limits) {
        put((id, reads) -> new ReceivedStep.Step(id, reads, request, limits));
    }

    /** Add a message that is no step. */
    public synchronized void addMalformed(String problem) {
        put((id, reads) -> new ReceivedStep.Malformed(id, reads, problem));
    }

    /** Do this, which may throw, before each settling. */
    public void beforeSettle(Consumer<StepSettlement> action) {
        beforeSettle = action;
    }

    /** What was settled, in order. */
    public List<StepSettlement> settled() {
        return settled;
    }

    /** The reasons of the dead letters, by message. */
    public synchronized Map<String, String> dead() {
        return new LinkedHashMap<>(dead);
    }

    /** How many messages are there, hidden or not. */
    public synchronized int size() {
        return messages.size();
    }

    /** The most steps that were asked for at once. */
    public int mostAsked() {
        return mostAsked;
    }

    @Override
    public String name() {
        return "memory-steps";
    }

    @Override
    public StepSource openSteps() {
        return this;
    }

    @Override
    public synchronized List<ReceivedStep> receive(int max, Duration wait) throws InterruptedException {
        mostAsked = Math.max(mostAsked, max);
        List<ReceivedStep> received = read(max);
        long deadline = System.nanoTime() + Math.min(wait.toNanos(), LOOK_NANOS);
        while (received.isEmpty() && System.nanoTime() - deadline < 0) {
            wait(1);
            received = read(max);
        }
        return received;
    }

    @Override
    public boolean settle(StepSettlement settlement) {
        beforeSettle.accept(settlement);
        synchronized (this) {
            boolean ours = isOurs(settlement.step());
            if (ours) {
                messages.remove(settlement.step().messageId());
                settled.add(settlement);
            }
            return ours;
        }
    }

    @Override
    public synchronized boolean release(ReceivedStep.Step step, int nextAttempt, Duration delay) {
        Message message = messages.get(step.messageId());
        if (message == null || !isOurs(step)) {
            return false;
        }
        StepRequest old = step.request();
        StepRequest next = new StepRequest(old.stepId(), old.handler(), old.input(), nextAttempt, old.correlationId());
        message.content = (id, reads) -> new ReceivedStep.Step(id, reads, next, step.limits());
        message.visibleNanos = System.nanoTime() + delay.toNanos();
        notifyAll();
        return true;
    }

    @Override
    public synchronized boolean deadLetter(ReceivedStep step, String reason) {
        messages.remove(step.messageId());
        dead.put(step.messageId(), reason);
        return true;
    }

    @Override
    public void close() {}

    private void put(Content content) {
        messages.put("m" + ++number, new Message(content));
        notifyAll();
    }

    private List<ReceivedStep> read(int max) {
        List<ReceivedStep> received = new ArrayList<>();
        long now = System.nanoTime();
        messages.forEach((id, message) -> {
            if (received.size() < max && message.visibleNanos - now <= 0) {
                message.reads++;
                message.visibleNanos = now + visibility.toNanos();
                received.add(message.content.as(id, message.reads));
            }
        });
        return received;
    }

    private boolean isOurs(ReceivedStep step) {
        Message message = messages.get(step.messageId());
        return message != null && message.reads == step.readCount();
    }

    private interface Content {
        ReceivedStep as(String id, int reads);
    }

    private static final class Message {
        private Content content;
        private int reads;
        private long visibleNanos = System.nanoTime();

        Message(Content content) {
            this.content = content;
        }
    }
}
