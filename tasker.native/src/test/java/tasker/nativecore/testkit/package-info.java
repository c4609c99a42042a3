/** Hold what tests of the core share. */
package tasker.nativecore.testkit;
