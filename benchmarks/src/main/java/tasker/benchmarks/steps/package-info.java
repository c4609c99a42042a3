/** Measure the way of a step beside a plain executor. */
@org.jspecify.annotations.NullMarked
package tasker.benchmarks.steps;
