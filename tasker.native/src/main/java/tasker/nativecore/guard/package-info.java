/** Call code that is not the core's own, so that whatever it does stays its own problem. */
package tasker.nativecore.guard;
