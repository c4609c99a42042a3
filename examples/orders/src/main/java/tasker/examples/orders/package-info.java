/** Check orders and add them up. */
package tasker.examples.orders;
