package tasker.observability.metrics;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keep one exposition of each format for the next scrape, which then writes no more than what has changed; safe for use
 * by many threads.
 *
 * <p>Who scrapes while another one does gets a fresh one. The references are soft: one that no scraper has asked for in
 * a while is let go of by the collector, the sooner the less memory there is.
 */
public final class SpareExpositions {
    /** What takes more is made again for each scrape rather than kept. */
    private static final int MAX_KEPT_BYTES = 4 << 20;

    private final Map<ExpositionFormat, SoftReference<Exposition>> spares = new ConcurrentHashMap<>();

    /** An exposition that is empty, for as long as the caller wants. */
    public Exposition take(ExpositionFormat format) {
        SoftReference<Exposition> kept = spares.remove(format);
        Exposition spare = kept == null ? null : kept.get();
        return spare == null ? new Exposition(format) : spare;
    }

    /** Give one back, which the caller uses no more. */
    public void giveBack(Exposition exposition) {
        if (exposition.capacity() <= MAX_KEPT_BYTES) {
            exposition.reset();
            spares.put(exposition.format(), new SoftReference<>(exposition));
        }
    }
}
