/** Hear the signals that ask this process to stop. */
package tasker.bootstrap.process;
