/** Turn arguments into commands, their results into lines and exit codes, and their failures into advice. */
package tasker.bootstrap.cli;
