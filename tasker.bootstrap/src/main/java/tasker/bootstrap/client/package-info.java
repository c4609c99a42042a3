/** Talk to a running worker over HTTP. */
package tasker.bootstrap.client;
