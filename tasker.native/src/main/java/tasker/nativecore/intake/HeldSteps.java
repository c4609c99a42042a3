package tasker.nativecore.intake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Know the steps that were read and are not settled, and keep them hidden: all of them are extended whenever a third of
 * their visibility has passed. Safe for use by many threads.
 */
final class HeldSteps implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldSteps.class);

    private final String name;
    private final StepSource source;
    private final StepReaderFigures figures;
    private final Map<String, ReceivedStep.Step> held = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    HeldSteps(String name, StepSource source, StepReaderFigures figures) {
        this.name = name;
        this.source = source;
        this.figures = figures;
    }

    /** Start to extend. */
    void start() {
        Thread.ofPlatform()
                .daemon()
                .name("tasker-steps-" + name + "-keeper")
                .unstarted(this)
                .start();
    }

    /**
     * Hold a step; {@code false} when it is held already, because it was read again while it runs. Then it is settled
     * by its new read.
     */
    boolean hold(ReceivedStep.Step step) {
        return held.put(step.messageId(), step) == null;
    }

    /** The last read of a step, by which it is settled. */
    ReceivedStep.Step current(ReceivedStep.Step step) {
        return held.getOrDefault(step.messageId(), step);
    }

    /** Hold a step no more, and tell its last read. */
    ReceivedStep.Step letGo(ReceivedStep.Step step) {
        ReceivedStep.Step last = held.remove(step.messageId());
        return last == null ? step : last;
    }

    /** How many steps are held. */
    int size() {
        return held.size();
    }

    /** Extend no more. */
    void close() {
        closing.countDown();
    }

    @Override
    public void run() {
        try {
            long third = Math.max(1, Foreign.call(source, source::visibility).toMillis() / 3);
            while (!closing.await(third, TimeUnit.MILLISECONDS)) {
                extendAll();
            }
        } catch (InterruptedException ignored) {
            LOG.debug("event=step_keeper_interrupted source={}", name);
        } catch (RuntimeException | Error e) {
            LOG.error("event=step_keeper_failed source={}", name, Failures.loggable(e));
        }
    }

    private void extendAll() {
        Collection<ReceivedStep.Step> all = List.copyOf(held.values());
        if (all.isEmpty()) {
            return;
        }
        try {
            List<ReceivedStep.Step> lost = new ArrayList<>(Foreign.<List<ReceivedStep.Step>, RuntimeException>call(
                    source, () -> source.extend(all, source.visibility())));
            // What was settled meanwhile is gone because of that.
            lost.removeIf(step -> !step.equals(held.get(step.messageId())));
            for (ReceivedStep.Step step : lost) {
                LOG.warn(
                        "event=step_read_elsewhere source={} message_id={} step_id={}",
                        name,
                        step.messageId(),
                        step.request().stepId());
            }
        } catch (RuntimeException | Error e) {
            figures.errors.increment();
            LOG.warn("event=steps_not_extended source={} error={}", name, Failures.describe(e));
        }
    }
}
