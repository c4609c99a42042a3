/** Read settings from their layers, check them, and say where each value came from. */
package tasker.nativecore.config;
