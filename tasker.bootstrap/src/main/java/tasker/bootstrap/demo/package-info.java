/** Run the main job on a file of orders, and check every number on both sides. */
package tasker.bootstrap.demo;
