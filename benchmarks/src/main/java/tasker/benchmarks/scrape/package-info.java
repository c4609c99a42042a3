/** Measure the cost of one scrape beside other libraries. */
@org.jspecify.annotations.NullMarked
package tasker.benchmarks.scrape;
