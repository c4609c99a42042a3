/** Record counts and durations at next to no cost, and look at them at any moment. */
package tasker.nativecore.metrics;
