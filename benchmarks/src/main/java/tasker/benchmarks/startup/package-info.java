/** How long it takes to start, beside the same classes on a class path and beside frameworks that do the same. */
@org.jspecify.annotations.NullMarked
package tasker.benchmarks.startup;
