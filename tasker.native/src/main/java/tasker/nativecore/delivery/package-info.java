/** Deliver durable events to handlers: receive, extend, settle, retry, over whatever transport there is. */
package tasker.nativecore.delivery;
