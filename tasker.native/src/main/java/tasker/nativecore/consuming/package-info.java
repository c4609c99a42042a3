/** Handle durable events: what a program hands to {@link tasker.nativecore.WorkerSystem#consume}, and what it gets. */
package tasker.nativecore.consuming;
