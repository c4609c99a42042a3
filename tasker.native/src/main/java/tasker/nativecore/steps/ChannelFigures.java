package tasker.nativecore.steps;

/**
 * Say how full a channel is.
 *
 * @param pending items that wait
 * @param capacity items that may wait
 * @param oldestNanos how long the first of them has waited; 0 when none waits
 */
public record ChannelFigures(long pending, int capacity, long oldestNanos) {
    /** Pending items over capacity, 0 to 1. */
    public double saturation() {
        return Math.min(1.0, (double) pending / capacity);
    }
}
