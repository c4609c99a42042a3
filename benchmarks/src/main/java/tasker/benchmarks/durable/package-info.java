/** Measure the durable path beside its peers and its limits, in interleaved rounds of one run. */
package tasker.benchmarks.durable;
