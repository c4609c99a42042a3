package tasker.benchmarks.recording;

/** Record durations many times over; each contender has a loop of its own, so that no call is dispatched. */
@FunctionalInterface
interface Recorder {
    /** Record this many durations, from several threads at once. */
    void record(int times);

    /** A duration that moves over one octave, in nanoseconds; the same for all. */
    static long duration(int i) {
        return 1_000_000L + (i * 7_919L & 0xF_FFFF);
    }
}
