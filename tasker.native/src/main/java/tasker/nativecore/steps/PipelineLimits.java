package tasker.nativecore.steps;

import java.time.Duration;
import tasker.nativecore.config.WhenFull;

/**
 * Bound the work on steps.
 *
 * @param maxConcurrent handlers that run at once
 * @param timeout how long a handler runs that names no limit of its own
 * @param dispatchBuffer steps that may wait for a handler
 * @param completionBuffer results that may wait for the sink
 * @param starvationThreshold how long a step may wait before that is reported
 * @param interruptGrace how long an interrupted handler may take to return before it is left behind
 * @param window how far back percentiles look
 * @param whenFull what becomes of a step that finds the dispatch channel full
 */
public record PipelineLimits(
        int maxConcurrent,
        Duration timeout,
        int dispatchBuffer,
        int completionBuffer,
        Duration starvationThreshold,
        Duration interruptGrace,
        Duration window,
        WhenFull whenFull) {}
