/** Measure the cost of recording a duration beside other libraries. */
@org.jspecify.annotations.NullMarked
package tasker.benchmarks.recording;
