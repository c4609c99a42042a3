package tasker.bootstrap;

import java.util.Arrays;
import java.util.List;
import tasker.bootstrap.cli.CommandLineInterface;
import tasker.bootstrap.cli.ProductVersion;

/** Run the command that the arguments name. */
public final class Main {
    /** Between the commands of a training run, which records the classes of several for the AOT cache. */
    private static final String THEN = "--then";

    private Main() {}

    /** Run one command and end the process with its exit code. */
    @SuppressWarnings("SystemOut") // the answer to --version, before anything else is loaded
    public static void main(String[] args) {
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            System.out.println(ProductVersion.line());
            return;
        }
        System.exit(Boolean.getBoolean("tasker.training") ? train(Arrays.asList(args)) : run(args));
    }

    private static int run(String... args) {
        return CommandLineInterface.system().run(args);
    }

    /** Run one command after the other; how they end is told by what they print. */
    private static int train(List<String> args) {
        int next = args.indexOf(THEN);
        if (next < 0) {
            return run(args.toArray(String[]::new));
        }
        run(args.subList(0, next).toArray(String[]::new));
        return train(args.subList(next + 1, args.size()));
    }
}
