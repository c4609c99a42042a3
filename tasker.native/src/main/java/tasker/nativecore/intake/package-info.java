/** Take steps from durable queues, no more than there is room for, and settle them with their results. */
package tasker.nativecore.intake;
