package tasker.bootstrap.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Style;

/** Run one command; for use by one thread, once. */
public final class CommandLineInterface {
    private static final Map<String, Function<CliContext, Callable<Integer>>> COMMANDS = commands();

    private final CliContext context;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    CommandLineInterface(CliContext context) {
        this.context = context;
    }

    /** Use this process. */
    public static CommandLineInterface system() {
        return new CommandLineInterface(CliContext.ofThisProcess());
    }

    /** Run the command that the arguments name, and tell the exit code. */
    public int run(String... arguments) {
        try {
            int exitCode = commandLine(arguments).execute(arguments);
            print();
            return exitCode;
        } catch (Throwable failure) {
            print();
            return Failures.report(failure, Arrays.asList(arguments).contains("--verbose"), context.console());
        }
    }

    private static Map<String, Function<CliContext, Callable<Integer>>> commands() {
        Map<String, Function<CliContext, Callable<Integer>>> commands = new LinkedHashMap<>();
        commands.put("run", RunCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("publish", PublishCommand::new);
        commands.put("submit", SubmitCommand::new);
        commands.put("tail", TailCommand::new);
        commands.put("consume", ConsumeCommand::new);
        commands.put("queues", QueuesCommand::new);
        commands.put("dead-letters", DeadLettersCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("health", HealthCommand::new);
        commands.put("metrics", MetricsCommand::new);
        commands.put("config", ConfigCommand::new);
        commands.put("modules", ModulesCommand::new);
        commands.put("plugins", PluginsCommand::new);
        return commands;
    }

    private CommandLine commandLine(String... arguments) {
        CommandLine root = new CommandLine(new Tasker());
        // Looking at a command's options takes time: only the one that is meant is looked at, if it is clear which.
        String meant = arguments.length > 0 && COMMANDS.containsKey(arguments[0]) ? arguments[0] : "";
        COMMANDS.forEach((name, command) -> {
            if (meant.isEmpty() || meant.equals(name)) {
                root.addSubcommand(name, withHelp(command.apply(context)));
            }
        });
        root.setOut(new PrintWriter(out));
        root.setErr(new PrintWriter(err));
        Ansi ansi = context.console().outStyle() == Style.COLOURED ? Ansi.ON : Ansi.OFF;
        root.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
        root.setUsageHelpWidth(100);
        root.getCommandSpec().versionProvider(() -> new String[] {ProductVersion.line()});
        root.setParameterExceptionHandler(this::wrongUsage);
        root.setExecutionExceptionHandler(this::failed);
        return root;
    }

    private static CommandLine withHelp(Callable<Integer> command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().addOption(help());
        if (command instanceof CommandGroup group) {
            group.commands().forEach((name, each) -> line.addSubcommand(name, withHelp(each)));
        }
        return line;
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build();
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        print();
        ParseResult innermost = parsed;
        while (innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
        }
        return Failures.report(failure, innermost.hasMatchedOption("--verbose"), context.console());
    }

    private int wrongUsage(ParameterException wrong, String... arguments) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        Console console = context.console();
        console.note(console.errStyle().bad("error:") + " TASKER-L101 " + wrong.getMessage() + advice(wrong) + "; see '"
                + name + " --help'");
        return ExitCodes.USAGE;
    }

    private static String advice(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> known = unmatched.getSuggestions();
        if (!known.isEmpty()) {
            return "; did you mean " + String.join(" or ", known) + "?";
        }
        if (wrong.getCommandLine().getParent() != null) {
            return "";
        }
        boolean option = unmatched.getUnmatched().getFirst().startsWith("-");
        return option
                ? "; options stand after the command"
                : "; the commands are " + String.join(", ", COMMANDS.keySet());
    }

    private void print() {
        if (!out.toString().isEmpty()) {
            context.console().data(out.toString().stripTrailing());
            out.getBuffer().setLength(0);
        }
        if (!err.toString().isEmpty()) {
            context.console().note(err.toString().stripTrailing());
            err.getBuffer().setLength(0);
        }
    }
}
