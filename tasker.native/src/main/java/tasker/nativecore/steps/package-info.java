/**
 * Run steps: a bounded dispatch channel, handlers on virtual threads with a bound and a time limit, a bounded
 * completion channel, and then the result sink and the events that were declared.
 */
package tasker.nativecore.steps;
