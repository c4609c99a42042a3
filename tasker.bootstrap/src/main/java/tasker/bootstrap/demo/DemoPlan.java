package tasker.bootstrap.demo;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Say what a demonstration does.
 *
 * @param orders the file of orders
 * @param perSecond how many orders to submit in a second; empty for as many as the worker takes
 * @param database what a person knows the database by
 * @param ownDatabase whether the database starts and ends with the demonstration
 * @param stay whether the worker stays up after the summary
 * @param json whether the summary is JSON
 */
public record DemoPlan(
        Path orders, OptionalInt perSecond, String database, boolean ownDatabase, boolean stay, boolean json) {}
