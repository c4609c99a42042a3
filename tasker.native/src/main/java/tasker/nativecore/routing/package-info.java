/** Send events down the paths that their delivery mode names. */
package tasker.nativecore.routing;
