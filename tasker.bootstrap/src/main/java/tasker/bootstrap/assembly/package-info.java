/** Put a worker together from the runtime image, the plugins beside it and the configuration. */
package tasker.bootstrap.assembly;
