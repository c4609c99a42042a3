package tasker.nativecore.metrics;

/** Name the kinds of meter that there are. */
sealed interface Meter permits LatencyHistogram, StripedCounter {}
