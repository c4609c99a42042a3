package tasker.nativecore.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Exemplar;

/**
 * Keep one recent example in each of a few places; safe for use by many threads, which never wait.
 *
 * <p>Only what happened in a sampled trace is an example: others lead nowhere. The places come into being with the
 * first one. A place gets a new example at most once a second, so that recording seldom makes an object, and threads
 * seldom write to the same place. Of two that write at once either one stays.
 */
final class Exemplars {
    private static final long KEEP_MILLIS = 1_000;

    private final int count;
    private volatile @Nullable AtomicReferenceArray<@Nullable Exemplar> places;

    Exemplars(int count) {
        this.count = count;
    }

    /** Keep this value as an example if it is one, and it is time for another one there. */
    void offer(int place, long value, Optional<TraceContext> trace) {
        if (trace.isPresent() && trace.get().sampled()) {
            offer(place, value, trace.get());
        }
    }

    private void offer(int place, long value, TraceContext trace) {
        AtomicReferenceArray<@Nullable Exemplar> known = places;
        if (known == null) {
            // Of two threads that come here at once, the example of one is lost.
            known = new AtomicReferenceArray<>(count);
            places = known;
        }
        Exemplar last = known.getAcquire(place);
        long now = System.currentTimeMillis();
        // A clock that was set back must not keep an old one for long.
        if (last == null || Math.abs(now - last.epochMillis()) >= KEEP_MILLIS) {
            known.setRelease(place, new Exemplar(trace, value, now));
        }
    }

    List<Exemplar> all() {
        AtomicReferenceArray<@Nullable Exemplar> known = places;
        if (known == null) {
            return List.of();
        }
        List<Exemplar> all = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            Exemplar exemplar = known.getAcquire(place);
            if (exemplar != null) {
                all.add(exemplar);
            }
        }
        return all;
    }
}
