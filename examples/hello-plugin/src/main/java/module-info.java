/**
 * Greet people: an example of a plugin.
 *
 * @provides tasker.events.api.spi.FastTransport carries events within the process, with one lock
 * @provides tasker.events.api.spi.HealthContributor tells whether greeting works
 * @provides tasker.events.api.spi.StepHandler greets one person
 */
module hello {
    requires tasker.events.api;

    provides tasker.events.api.spi.FastTransport with
            hello.LockedTransport;
    provides tasker.events.api.spi.HealthContributor with
            hello.GreetingHealth;
    provides tasker.events.api.spi.StepHandler with
            hello.Greeter;
}
