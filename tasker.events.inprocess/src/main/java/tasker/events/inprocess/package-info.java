/** Hold the fast path: the broadcast channel, the transport over it, and the poller that feeds listeners. */
package tasker.events.inprocess;
