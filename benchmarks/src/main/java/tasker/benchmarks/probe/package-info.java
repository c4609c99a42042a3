/** Measure how probes and scrapes get along with steps. */
@org.jspecify.annotations.NullMarked
package tasker.benchmarks.probe;
