/** Load the jars and folders beside a runtime, each in a module layer of its own. */
package tasker.bootstrap.plugins;
