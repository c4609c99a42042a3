package tasker.nativecore;

/**
 * Say what a worker left when it stopped; immutable.
 *
 * @param stepsInterrupted steps that had not ended when time ran out: their handlers were interrupted or never started
 * @param stepsLost of these, how many had not ended a moment later either
 * @param eventsLeft declared events of steps that were not sent
 * @param publishesLeft calls of {@code publish} that had not returned
 * @param resultsLost results that no sink took
 * @param eventsLost declared events of steps that were given up
 */
public record StopReport(
        long stepsInterrupted, long stepsLost, long eventsLeft, long publishesLeft, long resultsLost, long eventsLost) {

    /** Whether all that was begun came to its end. */
    public boolean isClean() {
        return stepsInterrupted + stepsLost + eventsLeft + publishesLeft + resultsLost + eventsLost == 0;
    }
}
