package tasker.bootstrap;

import tasker.bootstrap.cli.CommandLineInterface;
import tasker.bootstrap.cli.ProductVersion;

/** Run the command that the arguments name. */
public final class Main {
    private Main() {}

    /** Run one command and end the process with its exit code. */
    @SuppressWarnings("SystemOut") // the answer to --version, before anything else is loaded
    public static void main(String[] args) {
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            System.out.println(ProductVersion.line());
            return;
        }
        System.exit(CommandLineInterface.system().run(args));
    }
}
