/** Ask health contributors side by side, each within a time limit, and remember their answers for a moment. */
package tasker.nativecore.health;
