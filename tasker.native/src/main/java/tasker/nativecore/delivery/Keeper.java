package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.delivery.Delivery.Cut;
import tasker.nativecore.guard.Failures;

/**
 * Keep events hidden while their handlers work: each is extended about when a third of its visibility has passed, all
 * that are due with one statement. A handler whose event was lost is interrupted.
 */
final class Keeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Store store;
    private final Set<Delivery> open;
    private final Duration visibility;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Prepare to extend what is in this set, from which whoever settles an event takes it before doing so. */
    Keeper(Store store, Set<Delivery> open, Duration visibility) {
        this.store = store;
        this.open = open;
        this.visibility = visibility;
    }

    void stop() {
        stopping.countDown();
    }

    @Override
    public void run() {
        try {
            while (!stopping.await(visibility.toMillis() / 12, TimeUnit.MILLISECONDS)) {
                try {
                    store.whileNothingSettles(this::extendThoseDue);
                } catch (RuntimeException | Error e) {
                    LOG.warn("event=extend_failed reason=\"{}\"", Failures.message(e));
                }
            }
        } catch (InterruptedException ignored) {
            LOG.debug("event=keeper_interrupted");
        }
    }

    private void extendThoseDue() {
        long now = System.nanoTime();
        List<Delivery> due = new ArrayList<>();
        for (Delivery delivery : open) {
            if (now - delivery.hiddenSince() > visibility.toNanos() / 4 && delivery.cut() != Cut.LOST) {
                due.add(delivery);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        Set<String> lost = new HashSet<>();
        store.extend(due.stream().map(Delivery::received).toList(), visibility)
                .forEach(event -> lost.add(event.messageId()));
        for (Delivery delivery : due) {
            if (!lost.contains(delivery.received().messageId())) {
                delivery.extendedAt(now);
            } else if (delivery.cutShort(Cut.LOST)) {
                LOG.warn(
                        "event=event_lost queue={} msg_id={} read_count={}",
                        delivery.received().queue(),
                        delivery.received().messageId(),
                        delivery.received().readCount());
            }
        }
    }
}
