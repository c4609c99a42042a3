package tasker.bootstrap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.WorkerClient;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Screen;
import tasker.bootstrap.process.Signals;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;

/** Show a running worker at a glance, once a second. */
@Command(
        name = "top",
        sortOptions = false,
        header = "Watch a running worker: status, load, queues.",
        description = {
            "Show a running worker at a glance and anew each second: its status with reasons, steps and events a second,"
                    + " percentiles of the steps' duration, channels, queues and handlers. It says so when the worker is"
                    + " gone and when it is back. q or Ctrl-C ends it.",
            "Where standard output is no terminal, or with --once, it prints one frame and ends: with exit code 1 when"
                    + " the worker is unhealthy. The rates in it are those of one second."
        })
final class TopCommand implements Callable<Integer> {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CliContext context;

    @Option(names = "--once", description = "Print one frame and end.")
    private boolean once;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    TopCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        standard.startLogging(context.console());
        WorkerClient worker = client.client(context);
        return once || !context.console().hasScreen() ? once(worker) : watch(worker);
    }

    /** Two samples, as a rate needs two. */
    private int once(WorkerClient worker) throws InterruptedException {
        Console console = context.console();
        StopRequest stop = context.stops().open(signal -> {});
        TopHistory history = new TopHistory();
        history.add(TopWatch.ask(worker));
        if (stop.await(INTERVAL_NANOS)) {
            return ended(stop);
        }
        TopSample sample = TopWatch.ask(worker);
        history.add(sample);
        List<String> lines = TopFrame.of(history, TopNotice.NONE, console.outStyle(), columns(console), false);
        if (!console.data(String.join("\n", lines))) {
            return ExitCodes.BROKEN_PIPE;
        }
        return sample.status().equals("unhealthy") ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private int watch(WorkerClient worker) throws InterruptedException {
        TopWatch watch = new TopWatch(worker, context.console().outStyle());
        StopRequest stop = context.stops().open(signal -> watch.end());
        // What is wrong with the address or the token is told like by any other command, not on a screen that goes.
        watch.begin();
        try (Screen screen = context.console().openScreen()) {
            boolean told = Signals.onResize(() -> {
                screen.resized();
                watch.redraw();
            });
            if (told) {
                screen.watchSize();
            }
            if (screen.hasKeys()) {
                Thread.ofPlatform().daemon().name("tasker-keys").start(() -> watch.obey(context.input()));
            }
            return watch.run(screen) ? ended(stop) : ExitCodes.BROKEN_PIPE;
        }
    }

    private static int ended(StopRequest stop) {
        return stop.signal().map(StopSignal::exitCode).orElse(ExitCodes.OK);
    }

    /** A script gets whole lines, unless it says how wide they may be. */
    private static int columns(Console console) {
        return console.columns().orElse(Integer.MAX_VALUE);
    }
}
