package tasker.nativecore.steps;

import tasker.events.api.spi.Distribution;

/**
 * Say how a pipeline stands at one moment.
 *
 * @param inProgress handlers that run
 * @param dispatch the channel of steps that wait for a handler
 * @param completion the channel of outcomes that wait for the sink
 * @param recentExecution how long handlers ran, within the sliding window
 * @param starved steps that waited longer than the threshold
 * @param sinkErrors outcomes that the sink refused
 * @param eventsFailed declared events that were not published
 * @param eventsPending declared events on their way
 * @param dispatcherAlive whether the dispatcher runs
 * @param completerAlive whether the completer runs
 * @param eventsAlive whether the thread that publishes declared events runs
 */
public record PipelineFigures(
        int inProgress,
        ChannelFigures dispatch,
        ChannelFigures completion,
        Distribution recentExecution,
        long starved,
        long sinkErrors,
        long eventsFailed,
        long eventsPending,
        boolean dispatcherAlive,
        boolean completerAlive,
        boolean eventsAlive) {}
