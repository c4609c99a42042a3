/** Start services in order, and close them in reverse order within a bound. */
package tasker.nativecore.lifecycle;
