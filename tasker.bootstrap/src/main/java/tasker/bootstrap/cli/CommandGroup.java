package tasker.bootstrap.cli;

import java.util.Map;
import java.util.concurrent.Callable;

/** Hold commands of its own, each a word more on the command line. */
interface CommandGroup extends Callable<Integer> {
    /** The commands by their names, in the order in which help shows them. */
    Map<String, Callable<Integer>> commands();
}
