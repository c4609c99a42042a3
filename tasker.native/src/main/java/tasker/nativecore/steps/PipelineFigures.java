package tasker.nativecore.steps;

import tasker.events.api.spi.Distribution;

/**
 * Say how a pipeline stands at one moment.
 *
 * @param inProgress handlers that run
 * @param dispatch the channel of steps that wait for a handler
 * @param retriesWaiting steps that failed and wait for their next attempt
 * @param intake what became of steps that were submitted
 * @param completion the channel of outcomes that wait for the sink
 * @param recentExecution how long handlers ran, within the sliding window
 * @param starved steps that waited longer than the threshold
 * @param sinkErrors outcomes that the sink refused
 * @param eventsFailed declared events that were not published
 * @param eventsSkipped declared events that their publishers did not want
 * @param eventHookErrors hooks of publishers that threw after the publishing
 * @param eventsPending declared events on their way
 * @param timerAlive whether the thread of time limits and retries runs
 * @param completerAlive whether the completer runs
 * @param eventsAlive whether the thread that publishes declared events runs
 */
public record PipelineFigures(
        int inProgress,
        ChannelFigures dispatch,
        long retriesWaiting,
        IntakeFigures intake,
        ChannelFigures completion,
        Distribution recentExecution,
        long starved,
        long sinkErrors,
        long eventsFailed,
        long eventsSkipped,
        long eventHookErrors,
        long eventsPending,
        boolean timerAlive,
        boolean completerAlive,
        boolean eventsAlive) {}
