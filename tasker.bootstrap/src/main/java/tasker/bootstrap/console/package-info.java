/** Print for people and for pipes: lines, tables, a progress line that is rewritten in place, colours on a terminal. */
package tasker.bootstrap.console;
