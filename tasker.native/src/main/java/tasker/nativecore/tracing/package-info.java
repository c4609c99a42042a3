/** Pass trace contexts on, and record spans where a tracer is installed. */
package tasker.nativecore.tracing;
