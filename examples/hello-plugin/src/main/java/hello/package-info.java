/** Greet people: a step handler, its health, and a transport of the fast path. */
package hello;
