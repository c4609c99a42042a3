package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.logging.LevelWatch;
import tasker.bootstrap.logging.LogSettings;
import tasker.bootstrap.plugins.PluginSettings;
import tasker.bootstrap.plugins.PluginWatch;
import tasker.bootstrap.plugins.RunningPlugins;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.Settings;
import tasker.nativecore.StopReport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Start a worker and keep it running. */
@Command(
        name = "run",
        sortOptions = false,
        header = "Start a worker and keep it running.",
        description = {
            "Start a worker and keep it running until Ctrl-C or SIGTERM; what is in flight then finishes within"
                    + " worker.shutdown-timeout-ms. A second signal ends it at once.",
            "The log goes to standard error: logging.format is plain or json, logging.level and logging.levels say how"
                    + " much. They are changed while the worker runs by editing the file, or with PUT /loggers/NAME."
        })
final class RunCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    RunCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        long begin = System.nanoTime();
        Console console = context.console();
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.INFO, Level.DEBUG, console);
        StopRequest stop = context.stops()
                .open(signal -> console.note(
                        "stopping (" + signal.cause() + "): what is in flight finishes; a second signal ends at once"));
        try (RunningPlugins plugins = assembly.runningPlugins(this::configurationNow);
                WorkerSystem worker = assembly.builder(plugins).build();
                PluginWatch watch = new PluginWatch(plugins);
                LevelWatch levels = LevelWatch.of(options.file(context), this::logSettingsNow)) {
            plugins.bind(worker);
            levels.start(assembly.configuration().section(LogSettings.SECTION).get(LogSettings.WATCH));
            if (start(worker, stop)) {
                watchPlugins(watch, assembly);
                WorkerAnnouncement.of(worker, System.nanoTime() - begin).forEach(console::note);
                stop.await();
                close(worker);
            } else {
                console.note("stopped while it was starting");
            }
        }
        return stop.signal().map(StopSignal::exitCode).orElse(ExitCodes.OK);
    }

    private static void watchPlugins(PluginWatch watch, Assembly assembly) {
        Settings settings = assembly.configuration().section(PluginSettings.SECTION);
        if (settings.get(PluginSettings.WATCH)) {
            watch.start(settings.get(PluginSettings.WATCH_PAUSE));
        }
    }

    private Configuration configurationNow() {
        return options.assemble(context, Configuration.builder()).configuration();
    }

    private LogSettings logSettingsNow() {
        return standard.logSettings(configurationNow(), Level.INFO, Level.DEBUG);
    }

    /** Whether the worker is up; it is not when it was asked to stop before it was. */
    private static boolean start(WorkerSystem worker, StopRequest stop) {
        try {
            return stop.cancelling(worker::close, () -> {
                worker.start();
                return true;
            });
        } catch (TaskerException e) {
            if (stop.isRequested()) {
                return false;
            }
            throw e;
        }
    }

    private void close(WorkerSystem worker) {
        long begin = System.nanoTime();
        worker.close();
        WorkerMetrics metrics = worker.metrics();
        context.console()
                .note("stopped after " + Formats.seconds(System.nanoTime() - begin) + ": "
                        + Formats.count(metrics.stepsProcessed(), "step") + " processed, "
                        + Formats.count(metrics.domainEventsPublished(), "event") + " published, "
                        + worker.stopReport().map(RunCommand::whatIsLeft).orElse("before it had started"));
    }

    private static String whatIsLeft(StopReport report) {
        if (report.isClean()) {
            return "nothing left behind";
        }
        List<String> left = new ArrayList<>();
        addIfAny(left, report.stepsInterrupted(), "step", " interrupted when time ran out");
        addIfAny(left, report.eventsLeft() + report.eventsLost(), "event", " of steps not sent");
        addIfAny(left, report.publishesLeft(), "call", " of publish not ended");
        addIfAny(left, report.resultsLost(), "result", " lost");
        return String.join(", ", left);
    }

    private static void addIfAny(List<String> left, long count, String what, String fate) {
        if (count > 0) {
            left.add(Formats.count(count, what) + fate);
        }
    }
}
