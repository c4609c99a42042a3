package tasker.nativecore.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Exemplar;

/**
 * Keep one recent example in each of a few places; safe for use by many threads, which never wait.
 *
 * <p>A place gets a new example at most once a second, so that recording seldom makes an object, and threads seldom
 * write to the same place. Of two that write at once either one stays.
 */
final class Exemplars {
    private static final long KEEP_MILLIS = 1_000;

    private final AtomicReferenceArray<@Nullable Exemplar> places;

    Exemplars(int count) {
        places = new AtomicReferenceArray<>(count);
    }

    void offer(int place, long value, TraceContext trace) {
        Exemplar last = places.getAcquire(place);
        long now = System.currentTimeMillis();
        // A clock that was set back must not keep an old one for long.
        if (last == null || Math.abs(now - last.epochMillis()) >= KEEP_MILLIS) {
            places.setRelease(place, new Exemplar(trace, value, now));
        }
    }

    List<Exemplar> all() {
        List<Exemplar> all = new ArrayList<>();
        for (int place = 0; place < places.length(); place++) {
            Exemplar exemplar = places.getAcquire(place);
            if (exemplar != null) {
                all.add(exemplar);
            }
        }
        return all;
    }
}
