/**
 * Test providers of services against the promises of {@link tasker.events.api.spi}.
 *
 * <p>For each service there are one or more abstract classes whose names end in {@code Contract}. Extend those of your
 * service, say how to make it, and run the class as any JUnit test: each test is named after one promise. A promise
 * that a provider knowingly does not keep is overridden, with {@code @Disabled} and the reason. What no test of this
 * kind can prove is listed in the Javadoc of its class.
 */
package tasker.testkit;
