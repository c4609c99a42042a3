/** Write the log to standard error, as plain lines or as JSON; set up in code, which starts faster than XML does. */
package tasker.bootstrap.logging;
