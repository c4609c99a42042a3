/**
 * Record counts and durations at next to no cost, and look at them at any moment: a small library of its own.
 *
 * <p>{@link tasker.nativecore.metrics.StripedCounter} counts. {@link tasker.nativecore.metrics.LatencyHistogram}
 * records durations since the start, {@link tasker.nativecore.metrics.SlidingWindow} those of the last minutes; both
 * tell any percentile with an error of at most 0.4 %, and count, sum and maximum exactly.
 * {@link tasker.nativecore.metrics.MeterRegistry} names meters and hands them to services.
 *
 * <p>Threads that record never wait and seldom meet. A platform thread gets a stripe of its own in each histogram, as
 * long as one of the few slots is free, and writes to it without atomic operations; every other thread adds atomically
 * to the stripe that its id hashes to. Nothing is kept for a virtual thread, so one that lives for microseconds costs
 * no more than a long-lived one. Reading adds the stripes up; it may run at any time, and sees all that was recorded
 * before it began.
 */
package tasker.nativecore.metrics;
