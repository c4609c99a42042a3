package tasker.nativecore.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tasker.events.api.ResultRefusedException;
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
    private volatile boolean reading = true;
    private volatile int extensions;
    private int number;

    /** Hide what is received for this long. */
    public MemoryStepQueue(Duration visibility) {
        this.visibility = visibility;
    }

    @Override
    public synchronized void add(StepRequest request, StepLimits limits) {
        put((id, reads, starts) -> new ReceivedStep.Step(id, reads, starts, request, limits, Optional.empty()));
    }

    /** Add a message that is no step. */
    public synchronized void addMalformed(String problem) {
        put((id, reads, starts) -> new ReceivedStep.Malformed(id, reads, problem));
    }

    /** Do this, which may throw, before each settling. */
    public void beforeSettle(Consumer<StepSettlement> action) {
        beforeSettle = action;
    }

    /** Give no steps. */
    public void doNotRead() {
        reading = false;
    }

    /** How often a step was extended. */
    public int extensions() {
        return extensions;
    }

    /** Let this many reads of every step pass, as those of workers that crashed. */
    public synchronized void readInVain(int times) {
        messages.values().forEach(message -> message.reads += times);
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
    public Optional<StepSource> openSteps() {
        return reading ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Duration visibility() {
        return visibility;
    }

    @Override
    public synchronized List<ReceivedStep.Step> extend(Collection<ReceivedStep.Step> steps, Duration longer) {
        List<ReceivedStep.Step> lost = new ArrayList<>();
        for (ReceivedStep.Step step : steps) {
            Message message = messages.get(step.messageId());
            if (message != null && isOurs(step)) {
                message.visibleNanos = System.nanoTime() + longer.toNanos();
                extensions++;
            } else {
                lost.add(step);
            }
        }
        return lost;
    }

    @Override
    public synchronized void leave(Collection<ReceivedStep.Step> steps) {
        for (ReceivedStep.Step step : steps) {
            Message message = messages.get(step.messageId());
            if (message != null && isOurs(step)) {
                message.idleReads++;
            }
        }
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
        message.content =
                (id, reads, starts) -> new ReceivedStep.Step(id, reads, starts, next, step.limits(), Optional.empty());
        message.idleReads = message.reads;
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
    public synchronized boolean deadLetter(ReceivedStep.Step step, ResultRefusedException refusal) {
        return deadLetter(step, String.valueOf(refusal.getMessage()));
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
                received.add(message.content.as(id, message.reads, message.reads - message.idleReads));
            }
        });
        return received;
    }

    private boolean isOurs(ReceivedStep step) {
        Message message = messages.get(step.messageId());
        return message != null && message.reads == step.readCount();
    }

    private interface Content {
        ReceivedStep as(String id, int reads, int starts);
    }

    private static final class Message {
        private Content content;
        private int reads;
        private int idleReads;
        private long visibleNanos = System.nanoTime();

        Message(Content content) {
            this.content = content;
        }
    }
}
